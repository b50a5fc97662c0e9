/** A value, or the promise of one. */
export type Awaitable<Value> = Value | Promise<Value>

/**
 * Goes on with a value, at once where it is there. A request waits for nothing more often than not, and each promise
 * that it makes all the same costs as much as deciding a rule. Whatever has a `then` counts as a promise, as of what
 * resolvers give.
 */
export function andThen<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Result>,
): Awaitable<Result> {
  return isThenable(value) ? Promise.resolve(value).then(next) : next(value)
}

function isThenable<Value>(value: Awaitable<Value>): value is Promise<Value> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
