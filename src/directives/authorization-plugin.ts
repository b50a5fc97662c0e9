import type { DocumentNode, FormattedExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql'
import { toError } from './denial.ts'
import { tellDenials } from './denial-log.ts'
import type { PlannedDenial } from './plan.ts'
import { type PreparedExecution, prepareExecution } from './prepare-execution.ts'
import { assertSealed } from './seal.ts'

// Apollo Server's own types fit these; naming them here would make everyone install it.
interface Headers {
  get(name: string): string | undefined
  set(name: string, value: string): unknown
}
interface Response {
  http: { status?: number; headers: Headers }
  body: { kind: string; singleResult?: FormattedExecutionResult }
}
interface RequestContext {
  readonly contextValue: unknown
  readonly document: DocumentNode
  readonly operationName: string | null
  readonly request: { variables?: Record<string, unknown> }
  readonly response: Response
}

/**
 * Makes the Apollo Server plugin that decides before it runs: a mutation that holds anything the viewer is statically
 * denied is refused whole, with status 401 or 403; a query whose every coordinate is allowed outright runs without
 * guards; past a hundred denials the rest are counted. Responses with a guarded coordinate are kept from shared caches.
 *
 * Without the plugin every rule holds all the same, decided field by field.
 *
 * @param schema - as authorizeSchema gave it: the one that the server runs
 */
export function authorizationPlugin(schema: GraphQLSchema) {
  return {
    async serverWillStart(server: { schema: GraphQLSchema }): Promise<void> {
      assertSealed(server.schema)
      if (server.schema !== schema)
        throw new TypeError('authorizationPlugin(schema) should get the schema of the server')
    },

    async requestDidStart() {
      let prepared: PreparedExecution | null = null
      return {
        async responseForOperation(request: RequestContext): Promise<RefusedResponse | null> {
          const { document, operationName, request: sent, contextValue } = request
          prepared = await prepareExecution(
            schema,
            { document, operationName, variableValues: sent.variables },
            contextValue,
          )
          if (!prepared) return null
          if (prepared.denials.length > 0) return refuse(prepared.denials, request.response)
          Object.assign(request, { document: prepared.document })
          return null
        },

        async willSendResponse({ response: { http, body } }: RequestContext): Promise<void> {
          if (!prepared) return
          if (prepared.isGuarded) keepPrivate(http.headers)
          if (body.kind !== 'single' || !body.singleResult) return
          const errors = tellDenials<GraphQLFormattedError>(prepared.log, body.singleResult, (error) => error.toJSON())
          if (errors) body.singleResult = { ...body.singleResult, errors }
        },
      }
    },
  }
}

type RefusedResponse = Response & { body: { kind: 'single'; singleResult: FormattedExecutionResult } }

/** The whole mutation, so that nobody has to find out what of it was done. */
function refuse(denials: readonly PlannedDenial[], { http }: Response): RefusedResponse {
  const isStranger = denials.every(({ decision }) => decision.effect === 'deny' && decision.code !== 'FORBIDDEN')
  const errors = denials.map(({ decision, path }) => toError(decision, { path }).toJSON())
  return {
    http: { ...http, status: isStranger ? 401 : 403 },
    body: { kind: 'single', singleResult: { errors } },
  }
}

/** RFC 9111, sections 5.2.2.5 and 5.2.2.7; RFC 9110, section 12.5.5. */
function keepPrivate(headers: Headers): void {
  headers.set('cache-control', 'private, no-store')
  const vary = headers.get('vary')
  headers.set('vary', vary ? `${vary}, Cookie, Authorization` : 'Cookie, Authorization')
}
