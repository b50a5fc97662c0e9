/** A value, or the promise of one. */
export type Awaitable<Value> = Value | Promise<Value>

/**
 * Goes on with a value, at once where it is there. A request waits for nothing more often than not, and each promise
 * that it makes all the same costs as much as deciding a rule.
 */
export function andThen<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Result>,
): Awaitable<Result> {
  return value instanceof Promise ? value.then(next) : next(value)
}
