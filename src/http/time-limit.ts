/** Work took longer than it may. */
export class TimeLimitError extends Error {
  constructor(milliseconds: number) {
    super(`Gave up after ${milliseconds} ms`)
    this.name = 'TimeLimitError'
  }
}

/**
 * Gives what `work` gives, unless that takes too long. It stops waiting, not the work: graphql-js 16 cannot be told to
 * stop, and whatever has no one waiting any more ends by itself.
 */
export function withTimeLimit<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  const timer = setTimeout(() => reject(new TimeLimitError(milliseconds)), milliseconds)
  const settle =
    <Value>(settled: (value: Value) => void) =>
    (value: Value) => {
      clearTimeout(timer)
      settled(value)
    }
  work.then(settle(resolve), settle(reject))
  return promise
}
