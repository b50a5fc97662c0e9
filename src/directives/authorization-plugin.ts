import type { DocumentNode, FormattedExecutionResult, GraphQLSchema } from 'graphql'
import type { Awaitable } from './decide.ts'
import { describeDecision } from './denial.ts'
import { isPromise } from './execution.ts'
import { type Explanation, explainOperation } from './explain-operation.ts'
import { onlyDenied } from './operation-decisions.ts'
import type { PlannedDenial } from './plan.ts'
import { type PreparedExecution, prepareExecution } from './prepare-execution.ts'
import { assertSealed, guardOf } from './seal.ts'

// Apollo Server's own types fit these; naming them here would make everyone install it.
export interface Head {
  status?: number | undefined
  headers: Pick<Map<string, string>, 'get' | 'set'>
}
export interface RequestContext<Http extends Head> {
  readonly contextValue: unknown
  readonly document: DocumentNode
  readonly request: {
    readonly operationName?: string | undefined
    readonly variables?: Record<string, unknown> | undefined
    readonly http?: { headers: Pick<Map<string, string>, 'get'> } | undefined
  }
  readonly response: { readonly http: Http }
}
interface Body {
  kind: string
  singleResult?: FormattedExecutionResult
}

export interface AuthorizationPluginOptions {
  /**
   * Whether a request gets its explanation in `extensions.authorization`. It tells the rules and where they stand, so
   * never in production.
   */
  explain?: (request: { http?: { headers: Pick<Map<string, string>, 'get'> } | undefined }) => boolean
  /** Executes operations in Apollo Server's stead. */
  execute?: ExecuteFunction
}

/**
 * Executes what is prepared for a request and completes it. Gives it with its errors formatted, or null to leave it to
 * Apollo Server.
 */
export type ExecuteFunction = (
  prepared: PreparedExecution,
  request: RequestContext<Head>,
) => Awaitable<FormattedExecutionResult | null>

/**
 * Makes the Apollo Server plugin that decides before it runs: a mutation that holds anything the viewer is statically
 * denied is refused whole, with status 401 or 403; a query whose every coordinate is allowed outright runs without
 * guards; past a hundred denials the rest are counted. Responses with a guarded coordinate are kept from shared caches.
 *
 * Without the plugin every rule holds all the same, decided field by field.
 *
 * @param schema - as authorizeSchema gave it: the one that the server runs
 * @param options - see {@link AuthorizationPluginOptions}
 */
export function authorizationPlugin(schema: GraphQLSchema, options: AuthorizationPluginOptions = {}) {
  const respond = createResponder(schema, options)
  return {
    async serverWillStart(server: { schema: GraphQLSchema }): Promise<void> {
      assertSealed(server.schema)
      if (server.schema !== schema)
        throw new TypeError('authorizationPlugin(schema) should get the schema of the server')
    },

    async requestDidStart() {
      const listener: Listener = {
        async responseForOperation<Http extends Head>(request: RequestContext<Http>): Promise<Answer<Http> | null> {
          const responding = respond(request)
          // Awaited only where there is something to wait for: a turn of the queue costs as much as deciding does.
          const response = isPromise(responding) ? await responding : responding
          if (!response || 'body' in response) return response
          const { begun, explanation } = response
          Object.assign(request, { document: begun.document })
          // Added only where Apollo Server executes: it awaits each hook there is, in every request.
          listener.willSendResponse = async ({ response: { body } }) => {
            if (body.kind !== 'single' || !body.singleResult) return
            body.singleResult = explained(begun.complete(body.singleResult), explanation)
          }
          return null
        },
      }
      return listener
    },
  }
}

/**
 * Makes what the plugin answers operations with, at once where nothing has to be waited for: the answer; what was begun
 * for graphql-js to execute; or null for what nobody prepares.
 */
export function createResponder(
  schema: GraphQLSchema,
  { explain = () => false, execute }: AuthorizationPluginOptions,
): <Http extends Head>(request: RequestContext<Http>) => Awaitable<Answer<Http> | Begun | null> {
  const respondTo = <Http extends Head>(prepared: PreparedExecution, request: RequestContext<Http>) => {
    if (prepared.isGuarded) keepPrivate(request.response.http.headers)
    let explanation: Explanation[] | null = null
    if (explain(request.request)) {
      const { document } = request
      const { operationName, variables } = request.request
      const operation = { document, operationName, variableValues: variables ?? {}, viewer: prepared.viewer }
      explanation = explainOperation(schema, operation)
    }
    if (prepared.denials.length > 0) {
      guardOf(schema).onDecisions?.(onlyDenied(prepared.denials))
      return refuse<Http>(prepared.denials, explanation)
    }
    const finish = (outcome: FormattedExecutionResult | null) =>
      outcome ? answer<Http>(explained(outcome, explanation)) : { begun: prepared.beginGuarded(), explanation }
    const executing = execute ? execute(prepared, request) : null
    return isPromise(executing) ? executing.then(finish) : finish(executing)
  }

  return (request) => {
    const { document, contextValue } = request
    const { operationName, variables: variableValues } = request.request
    const preparing = prepareExecution(schema, { document, operationName, variableValues }, contextValue)
    if (isPromise(preparing)) return preparing.then((prepared) => prepared && respondTo(prepared, request))
    return preparing && respondTo(preparing, request)
  }
}

interface Begun {
  begun: ReturnType<PreparedExecution['beginGuarded']>
  explanation: Explanation[] | null
}

interface Listener {
  responseForOperation<Http extends Head>(request: RequestContext<Http>): Promise<Answer<Http> | null>
  willSendResponse?(request: { response: { http: Head; body: Body } }): Promise<void>
}

interface Answer<Http extends Head> {
  http: Http
  body: { kind: 'single'; singleResult: FormattedExecutionResult }
}

/** The whole mutation, so that nobody has to find out what of it was done. */
function refuse<Http extends Head>(denials: readonly PlannedDenial[], explanation: Explanation[] | null): Answer<Http> {
  const isFailure = denials.some(({ decision }) => decision.effect === 'error')
  const isStranger = denials.every(({ decision }) => decision.effect === 'deny' && decision.code !== 'FORBIDDEN')
  const errors = denials.map(({ decision, path }) => ({ ...describeDecision(decision), path }))
  return answer(explained({ errors }, explanation), isFailure ? 500 : isStranger ? 401 : 403)
}

/** With a head that changes nothing but the status: Apollo Server merges it into the response's own. */
function answer<Http extends Head>(singleResult: FormattedExecutionResult, status?: number): Answer<Http> {
  return { http: { status, headers: noHeaders } as Head as Http, body: { kind: 'single', singleResult } }
}

const noHeaders: Head['headers'] = new Map<string, string>()

function explained(outcome: FormattedExecutionResult, explanation: Explanation[] | null): FormattedExecutionResult {
  if (!explanation) return outcome
  return { ...outcome, extensions: { ...outcome.extensions, authorization: explanation } }
}

/** Keeps a response from all caches but the viewer's own. RFC 9111, sections 5.2.2.5 and 5.2.2.7; RFC 9110, section 12.5.5. */
export function keepPrivate(headers: Head['headers']): void {
  headers.set('cache-control', 'private, no-store')
  const vary = headers.get('vary')
  headers.set('vary', vary ? `${vary}, Cookie, Authorization` : 'Cookie, Authorization')
}
