import { RateLimitError } from '../../errors.ts'

/** Runs `work` when it is its turn: in a place that was reserved for it, or else in one of its own. */
export interface BoundedQueue {
  <Result>(work: () => Promise<Result>, place?: Place): Promise<Result>
  /**
   * Takes a place in it, for one piece of work after the other, before there is any.
   *
   * @throws RATE_LIMITED when there is none left
   */
  reserve(): Place
}

/** A place in a queue, which whoever took it gives back. */
export type Place = Disposable

/**
 * Makes a queue that runs at most `concurrency` pieces of work at a time, in the order they came, and lets at most
 * `waiting` more wait. It does not bound how long one of them takes.
 *
 * Without a place the queue throws RATE_LIMITED at once, without running the work, when that many wait already.
 */
export function createBoundedQueue({ concurrency, waiting }: { concurrency: number; waiting: number }): BoundedQueue {
  const queue: (() => void)[] = []
  let taken = 0
  let running = 0

  const reserve = (): Place => {
    if (taken >= concurrency + waiting) throw new RateLimitError(1, 'too many passwords wait to be hashed')
    taken++
    let isTaken = true
    return {
      [Symbol.dispose]() {
        if (isTaken) taken--
        isTaken = false
      },
    }
  }

  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < concurrency) running++
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await work()
    } finally {
      // The turn is handed to the next in line, never given back first: a newcomer cannot slip in between.
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }

  const inTurn = async <Result>(work: () => Promise<Result>, place?: Place): Promise<Result> => {
    if (place) return run(work)
    using _ = reserve()
    return await run(work)
  }
  return Object.assign(inTurn, { reserve })
}
