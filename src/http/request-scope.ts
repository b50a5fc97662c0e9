import { AsyncLocalStorage } from 'node:async_hooks'

/** What belongs to the request that is being served. */
export interface RequestScope {
  readonly requestId: string
  /** As the operation's author called it, once it is known. */
  operationName: string | null
  /** Where requests are measured. */
  followed: FollowedRequest | null
}

/** A request that is measured. */
export interface FollowedRequest {
  /** By which log lines are found from a trace; null where nothing is traced. */
  readonly ids: Readonly<Record<'trace_id' | 'span_id', string>> | null
  /** `route` is null where nothing is at the address, `status` where nobody waited for the answer. */
  end(outcome: { route: string | null; status: number | null }): void
}

/** Begins to measure a request. `traceparent` is undefined unless a proxy is trusted to have set it. */
export type FollowRequest = (request: {
  method: string
  scheme: string
  traceparent: string | undefined
}) => FollowedRequest

/** For what has no other way to the request: the masking and logging of errors. Nothing is decided by it. */
export const requestScope = new AsyncLocalStorage<RequestScope>()

/** What log lines bear of the request that they are about. */
export function describeScope(): Record<string, unknown> {
  const scope = requestScope.getStore()
  return scope ? { requestId: scope.requestId, ...scope.followed?.ids } : {}
}

/** Has what is fetched later belong to the request as well. */
export function withinScope<Value>(
  values: AsyncGenerator<Value, void, void>,
  scope: RequestScope,
): AsyncGenerator<Value, void, void> {
  return { ...values, next: () => requestScope.run(scope, () => values.next()) }
}
