import { RateLimitError } from '../../errors.ts'

/** Runs `work` when it is its turn. */
export type BoundedQueue = <Result>(work: () => Promise<Result>) => Promise<Result>

/**
 * Makes a queue that runs at most `concurrency` pieces of work at a time, in the order they came, and lets at most
 * `waiting` more wait. It does not bound how long one of them takes.
 *
 * The queue throws RATE_LIMITED at once, without running the work, when that many wait already.
 */
export function createBoundedQueue({ concurrency, waiting }: { concurrency: number; waiting: number }): BoundedQueue {
  const queue: (() => void)[] = []
  let running = 0

  return async (work) => {
    if (running < concurrency) running++
    else if (queue.length < waiting) await new Promise<void>((resolve) => queue.push(resolve))
    else throw new RateLimitError(1, 'too many passwords wait to be hashed')
    try {
      return await work()
    } finally {
      // The place is handed to the next in line, never given back first: a newcomer cannot slip in between.
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}
