import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import { errorType, type Instruments, knownMethod, knownScheme, requestError, type Statement } from './instruments.ts'

/** A request as it comes in. */
export interface IncomingRequest {
  method: string
  scheme: string
  /** The header of that name, where whoever sent it is believed; see W3C Trace Context. */
  traceparent: string | undefined
}

/** A request that is being answered. */
export interface FollowedRequest {
  /** By which log lines are found from a trace; null where nothing is traced. */
  readonly ids: { trace_id: string; span_id: string } | null
  /** `route` is null where nothing is at the address, `status` where nobody waited for the answer. */
  end(outcome: Outcome): void
}

type Outcome = Pick<Parameters<Instruments['request']>[0], 'route' | 'status'>

/** An operation that a request brought. */
export interface FollowedOperation {
  /** As it is read and found valid. The name is the client's. */
  known(operation: { type: string; name: string | null }): void
  /** With the code of the first error; null without one. */
  end(code: string | null): void
}

/** Makes spans and durations of what requests do. */
export interface RequestFollower {
  follow(request: IncomingRequest): FollowedRequest
  followOperation(): FollowedOperation
  /** Gives what is called when the statement is over. */
  followStatement(statement: Statement): (error?: unknown) => void
}

/** Characters of a client's name for an operation. Longer ones are no names. */
const longestName = 64

/**
 * @param tracer - null where nothing is traced
 * @param current - the request that the caller works for; null for what the server does by itself
 */
export function createRequestFollower(
  instruments: Instruments,
  tracer: Tracer | null,
  current: () => FollowedRequest | null,
): RequestFollower {
  const currentRequest = () => {
    const request = current()
    return request instanceof Followed ? request : null
  }

  return {
    follow: (request) => new Followed(request, instruments, tracer),

    followOperation() {
      const begin = performance.now()
      const request = currentRequest()
      const span = request?.beginOperation(tracer) ?? null
      let type: string | null = null
      return {
        known(operation) {
          type = operation.type
          span?.updateName(operation.type).setAttribute('graphql.operation.type', operation.type)
          if (operation.name !== null && operation.name.length <= longestName)
            span?.setAttribute('graphql.operation.name', operation.name)
        },
        end(code) {
          instruments.operation(type, code, secondsSince(begin))
          endSpan(span, code)
          request?.endOperation()
        },
      }
    },

    followStatement(statement) {
      const begin = performance.now()
      const span = currentRequest()?.beginStatement(tracer, statement) ?? null
      return (error = null) => {
        instruments.statement(statement, error, secondsSince(begin))
        endSpan(span, error === null ? null : errorType(error))
      }
    },
  }
}

class Followed implements FollowedRequest {
  readonly ids: FollowedRequest['ids']
  readonly #begin = performance.now()
  readonly #request: IncomingRequest
  readonly #instruments: Instruments
  readonly #span: Span | null
  readonly #context: Context
  /** In which statements run: the operation's, while there is one. */
  #within: Context

  constructor(request: IncomingRequest, instruments: Instruments, tracer: Tracer | null) {
    this.#request = request
    this.#instruments = instruments
    const method = knownMethod(request.method)
    const attributes = { 'http.request.method': method, 'url.scheme': knownScheme(request.scheme) }
    const parent = parentOf(request)
    this.#span = tracer?.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent) ?? null
    this.#context = this.#span ? trace.setSpan(parent, this.#span) : parent
    this.#within = this.#context
    const ids = this.#span?.spanContext()
    this.ids = ids ? { trace_id: ids.traceId, span_id: ids.spanId } : null
  }

  beginOperation(tracer: Tracer | null): Span | null {
    const span = tracer?.startSpan('GraphQL Operation', { kind: SpanKind.INTERNAL }, this.#context) ?? null
    if (span) this.#within = trace.setSpan(this.#context, span)
    return span
  }

  endOperation(): void {
    this.#within = this.#context
  }

  beginStatement(tracer: Tracer | null, { operation, table, attributes }: Statement): Span | null {
    const name = table === null ? operation : `${operation} ${table}`
    return tracer?.startSpan(name, { kind: SpanKind.CLIENT, attributes }, this.#within) ?? null
  }

  end({ route, status }: Outcome): void {
    const { method, scheme } = this.#request
    this.#instruments.request({ method, scheme, route, status }, secondsSince(this.#begin))
    if (status !== null) this.#span?.setAttribute('http.response.status_code', status)
    if (route !== null) this.#span?.updateName(`${knownMethod(method)} ${route}`).setAttribute('http.route', route)
    endSpan(this.#span, requestError(status))
  }
}

/** What stands in `tracestate` is other systems' business, and passed on to none. */
function parentOf({ traceparent }: IncomingRequest): Context {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent)
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT
}

/** Without the error itself: its message may hold what somebody sent. */
function endSpan(span: Span | null, error: string | null): void {
  if (error !== null) span?.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', error)
  span?.end()
}

function secondsSince(begin: number): number {
  return (performance.now() - begin) / 1000
}
