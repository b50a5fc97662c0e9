import {
  type DocumentNode,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql'
import { keepPrivate } from './authorization-plugin.ts'
import type { Awaitable } from './decide.ts'
import { introspectionKind } from './introspection-kind.ts'
import { retellErrors } from './retell-errors.ts'
import { schemaForRoles } from './schema-for-roles.ts'
import type { Viewer } from './viewer.ts'

/** Who is shown what of the schema. */
export interface IntrospectionOptions<Context> {
  viewer(context: Context): Awaitable<Viewer | null | undefined>
  /**
   * `by-role`: each viewer what their roles could ever be allowed, anonymous ones the public part. `signed-in`: the
   * same, and nothing to anonymous viewers. `everyone`: the whole schema to everyone. `off`: nothing to anybody.
   */
  introspection: 'by-role' | 'signed-in' | 'everyone' | 'off'
  /**
   * Whether a request asks for no more than `by-role` shows. It only ever narrows: where `everyone` would be shown the
   * whole schema, this request is answered as `by-role`; everything else stays as it is.
   */
  narrow?: (request: { http?: { headers: Pick<Map<string, string>, 'get'> } | undefined }) => boolean
  /** Whether errors may say "Did you mean", with names that the viewer sees. */
  suggestions: boolean
}

// Apollo Server's own types fit these; naming them here would make everyone install it.
interface Head {
  status?: number | undefined
  headers: Pick<Map<string, string>, 'get' | 'set'>
}
interface Faulty<Context> {
  readonly schema: GraphQLSchema
  readonly contextValue: Context
  readonly document?: DocumentNode | undefined
  readonly operation?: OperationDefinitionNode | undefined
  readonly request: {
    readonly variables?: Record<string, unknown> | undefined
    readonly http?: { headers: Pick<Map<string, string>, 'get'> } | undefined
  }
  readonly errors?: readonly GraphQLError[] | undefined
}
interface Resolved<Context, Http extends Head> extends Faulty<Context> {
  readonly document: DocumentNode
  readonly response: { readonly http: Http }
}

/** The codes of errors that graphql-js words with the schema's names. */
const worded: ReadonlySet<unknown> = new Set(['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'])

/**
 * Makes the Apollo Server plugin that shows each viewer their part of the schema, as {@link schemaForRoles} gives it:
 * by introspection, and in the errors of requests that do not fit the schema. It stands before plugins that answer
 * operations themselves.
 *
 * Where introspection shows everyone the whole schema, so do errors. Operations are validated against the whole schema all the same: whoever guesses a name can tell that it exists.
 */
export function introspectionPlugin<Context>({
  viewer,
  introspection: widest,
  narrow = () => false,
  suggestions,
}: IntrospectionOptions<Context>) {
  const shownTo = ({ request }: Faulty<Context>) => (widest === 'everyone' && narrow(request) ? 'by-role' : widest)
  const identify = async (context: Context): Promise<Viewer | null> => {
    try {
      return (await viewer(context)) ?? null
    } catch {
      // Whoever they are, they see the least; the rules themselves report what went wrong.
      return null
    }
  }
  const visibleTo = async (request: Faulty<Context>) => {
    const { schema, contextValue } = request
    if (shownTo(request) === 'everyone') return schema
    const found = await identify(contextValue)
    return schemaForRoles(schema, found && (Array.isArray(found.roles) ? found.roles : []))
  }

  return {
    async requestDidStart() {
      return {
        async didResolveOperation(request: Faulty<Context>): Promise<void> {
          const kind = kindOf(request)
          const introspection = shownTo(request)
          if (kind === 'none' || introspection === 'everyone') return
          if (introspection === 'off') throw refuse('This API does not tell its schema', 'FORBIDDEN', 403)
          if (introspection === 'signed-in' && (await identify(request.contextValue)) === null)
            throw refuse('Sign in to introspect the schema', 'UNAUTHENTICATED', 401)
          if (kind === 'mixed')
            throw refuse('Ask for __schema and __type in an operation of their own', 'BAD_REQUEST', 400)
          const [fault] = coerceVariables(request)
          if (fault) throw refuse(fault.message, 'BAD_USER_INPUT', 400, fault)
        },

        async responseForOperation<Http extends Head>(request: Resolved<Context, Http>) {
          if (shownTo(request) === 'everyone' || kindOf(request) !== 'only') return null
          const { document, operation, response } = request
          const { data, errors } = await execute({
            schema: await visibleTo(request),
            document,
            operationName: operation?.name?.value,
            variableValues: request.request.variables,
          })
          const singleResult: FormattedExecutionResult = {
            data,
            ...(errors && { errors: errors.map((error) => error.toJSON()) }),
          }
          keepPrivate(response.http.headers)
          return { http: response.http, body: { kind: 'single' as const, singleResult } }
        },

        async didEncounterErrors(request: Faulty<Context>): Promise<void> {
          const { document, operation, errors = [] } = request
          const told = errors.filter(({ path, extensions }) => path === undefined && worded.has(extensions.code))
          if (!document || told.length === 0) return
          const faulty = { document, operation, variables: request.request.variables ?? {} }
          retellErrors(told, faulty, await visibleTo(request), suggestions)
        },
      }
    },
  }
}

function kindOf({ document, operation }: Faulty<unknown>) {
  return document && operation ? introspectionKind(document, operation) : 'none'
}

/** Here rather than in the executor, whose errors would miss their code and status. */
function coerceVariables({ schema, operation, request }: Faulty<unknown>): readonly GraphQLError[] {
  const { errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], request.variables ?? {}, {
    maxErrors: 1,
  })
  return errors ?? []
}

function refuse(message: string, code: string, status: number, fault?: GraphQLError): GraphQLError {
  const originalError = fault && (fault.originalError ?? fault)
  return new GraphQLError(message, {
    nodes: fault?.nodes,
    originalError,
    extensions: { code, http: { status } },
  })
}
