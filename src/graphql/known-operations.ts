import { HeaderMap, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server'
import type { DocumentNode, FormattedExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { type Awaitable, andThen } from '../awaitable.ts'
import { createResponder } from '../directives/authorization-plugin.ts'
import type { ExecuteFunction } from '../directives/index.ts'
import { askingHeaders } from './authorization-plugins.ts'
import { coerceVariables } from './coerce-variables.ts'
import type { Context } from './context.ts'
import type { FormatError } from './format-result.ts'
import { bounds } from './kept-documents.ts'
import { codeOf, type FollowedOperation, failure } from './operation-plugin.ts'

/**
 * Operations that Apollo Server has read, limited, validated and answered before. Sent again, they are decided and
 * executed by the same functions, without the way through Apollo Server, which costs more than both.
 */
export interface KnownOperations {
  /** Has it seen what is executed for Apollo Server. */
  watch(execute: ExecuteFunction): ExecuteFunction
  /** Remembers what Apollo Server answered, if it was executed. */
  remember(request: HTTPGraphQLRequest, answer: HTTPGraphQLResponse): void
  /** Answers as Apollo Server would; null where that has to do it, and nothing was done yet. */
  answer(request: ReceivedRequest, context: Context): Awaitable<HTTPGraphQLResponse> | null
}

/** As it came by HTTP, its body parsed. */
export interface ReceivedRequest {
  method: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: unknown
}

export interface KnownOperationsOptions {
  execute: ExecuteFunction
  formatError: FormatError
  /** Told what each operation is called. */
  onName(name: string | null): void
  /** Begins to measure an operation, where somebody does. */
  follow?: (() => FollowedOperation) | undefined
}

interface KnownOperation {
  document: DocumentNode
  node: OperationDefinitionNode
}

interface KnownDocument {
  document: DocumentNode
  /** By the name that was asked for. */
  operations: Map<string | undefined, OperationDefinitionNode>
}

interface Body {
  query: string
  operationName: string | undefined
  variables: Record<string, unknown> | undefined
}

/** Values of `Accept`: one for each kind of client. */
const mostAccepts = 100

export function createKnownOperations(
  schema: GraphQLSchema,
  { execute, formatError, onName, follow }: KnownOperationsOptions,
): KnownOperations {
  /** By the text of their document. */
  const documents = new LRUCache<string, KnownDocument>({
    ...bounds,
    sizeCalculation: (_, text) => text.length,
  })
  /** Of answers, by the requests' `Accept`. */
  const contentTypes = new LRUCache<string, string>({ max: mostAccepts })
  const executed = new WeakMap<object, KnownOperation>()
  const respond = createResponder(schema, { execute })

  const find = ({ method, headers, body }: ReceivedRequest) => {
    const sent = method === 'POST' && isPlain(headers) ? readBody(body) : null
    if (!sent) return null
    const known = documents.get(sent.query)
    const node = known?.operations.get(sent.operationName)
    const contentType = contentTypes.get(headers.accept?.toString() ?? '')
    if (!known || !node || contentType === undefined) return null
    if (!coerceVariables(schema, node, sent.variables)) return null
    return { document: known.document, node, sent, contentType }
  }

  const run = (
    { document, node, sent: request, contentType }: NonNullable<ReturnType<typeof find>>,
    contextValue: Context,
  ): Awaitable<HTTPGraphQLResponse> => {
    const name = node.name?.value ?? null
    onName(name)
    let followed = follow?.()
    followed?.known({ type: node.operation, name })
    const http: Head = { headers: new HeaderMap(), status: undefined }
    const tell = (answer: Awaited<ReturnType<typeof respond>>): HTTPGraphQLResponse => {
      if (!answer || !('body' in answer)) throw new TypeError('An operation was executed before, and cannot be now')
      const { errors, data, extensions } = answer.body.singleResult ?? {}
      followed?.end(errors?.[0] ? codeOf(errors[0].extensions) : null)
      followed = undefined
      http.headers.set('content-type', contentType)
      return { status: answer.http.status, headers: http.headers, body: print({ errors, data, extensions }) }
    }
    const giveUp = (cause: unknown): HTTPGraphQLResponse => {
      followed?.end(failure)
      return fail(cause)
    }
    try {
      const telling = andThen(respond({ contextValue, document, request, response: { http } }), tell)
      return telling instanceof Promise ? telling.catch(giveUp) : telling
    } catch (cause) {
      return giveUp(cause)
    }
  }

  /** As Apollo Server answers what is nobody's fault but the server's. */
  const fail = (cause: unknown): HTTPGraphQLResponse => {
    const message = 'Internal server error'
    const headers = new HeaderMap([['content-type', 'application/json; charset=utf-8']])
    const error = formatError({ message, extensions: { code: failure } }, new Error(message, { cause }))
    return { status: 500, headers, body: print({ errors: [error] }) }
  }

  return {
    watch: (executeForApollo) => async (prepared, request) => {
      const outcome = await executeForApollo(prepared, request)
      const { http } = request.request
      if (outcome && http) executed.set(http, { document: request.document, node: prepared.operation.node })
      return outcome
    },

    remember(request, { headers, status = 200 }) {
      const operation = executed.get(request)
      const body = request.method === 'POST' ? readBody(request.body) : null
      const contentType = headers.get('content-type')
      // Of an operation whose answer nobody accepts Apollo Server says so once it is executed.
      if (!operation || !body || contentType === undefined || status !== 200) return
      const { document, node } = operation
      const kept = documents.get(body.query)
      // Parsed anew it is another document. Of each text one is kept, which is what its characters stand for.
      const known = kept?.document === document ? kept : { document, operations: new Map() }
      known.operations.set(body.operationName, node)
      documents.set(body.query, known)
      contentTypes.set(request.headers.get('accept') ?? '', contentType)
    },

    answer(received, contextValue) {
      const found = find(received)
      return found && run(found, contextValue)
    },
  }
}

/** Whether the operation alone tells the answer, and no page can have sent it that browsers would have had to ask for. */
function isPlain(headers: ReceivedRequest['headers']): boolean {
  const isJson = headers['content-type']?.toString().startsWith('application/json')
  return isJson === true && askingHeaders.every((name) => headers[name] === undefined)
}

function print(result: FormattedExecutionResult) {
  return { kind: 'complete', string: `${JSON.stringify(result)}\n` } as const
}

interface Head {
  status?: number | undefined
  headers: HeaderMap
}

/** What of a body can be known; null where Apollo Server has something to say about it. */
function readBody(body: unknown): Body | null {
  if (!isRecord(body)) return null
  const { query, operationName = null, variables = null, extensions = null } = body
  if (typeof query !== 'string' || extensions !== null) return null
  if (operationName !== null && typeof operationName !== 'string') return null
  if (variables !== null && !isRecord(variables)) return null
  return { query, operationName: operationName ?? undefined, variables: variables ?? undefined }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
