import { AsyncLocalStorage } from 'node:async_hooks'

/** What belongs to the request that is being served. */
export interface RequestScope {
  readonly requestId: string
  /** As the operation's author called it, once it is known. */
  operationName: string | null
}

/** For what has no other way to the request: the masking and logging of errors. Nothing is decided by it. */
export const requestScope = new AsyncLocalStorage<RequestScope>()

/** Has what is fetched later belong to the request as well. */
export function withinScope<Value>(
  values: AsyncGenerator<Value, void, void>,
  scope: RequestScope,
): AsyncGenerator<Value, void, void> {
  return { ...values, next: () => requestScope.run(scope, () => values.next()) }
}
