/** Runs `work` when all work handed in before it has settled. */
export type Exclusive = <Result>(work: () => Result | Promise<Result>) => Promise<Result>

/** Makes a queue in which one piece of work runs at a time, in the order of asking. */
export function createMutex(): Exclusive {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }
}
