import { unwrapResolverError } from '@apollo/server/errors'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { GatehouseError } from '../errors.ts'
import type { CreateId } from '../id.ts'
import { withoutValues } from './without-values.ts'

/** What the server keeps of a fault that clients are told nothing about. */
export interface MaskedError {
  /** The same that the client was told, to find one by the other. */
  correlationId: string
  cause: unknown
  /** Where in the response, if it was a field's. */
  path: readonly (string | number)[] | undefined
}

export interface ErrorFormatting {
  createId: CreateId
  log(masked: MaskedError): void
}

/** Errors of the request itself: graphql-js and Apollo Server wrote their messages, which quote what was sent. */
const requestCodes: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])

/** Characters of a message about the request itself. */
const longestMessage = 500

/**
 * Makes Apollo Server's `formatError`: what was written for the caller stays, values that the client sent are left
 * out, and everything else becomes "Internal server error" with an id under which the log has the cause.
 */
export function createFormatError({ createId, log }: ErrorFormatting) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { locations, path } = formatted
    const place = { ...(locations && { locations }), ...(path && { path }) }
    const cause = unwrapResolverError(error)

    if (cause instanceof GatehouseError) return { message: cause.message, ...place, extensions: cause.extensions }
    const { code, ...details } = readExtensions(error)
    const requestCode = path === undefined ? requestCodeOf(formatted) : undefined
    if (requestCode !== undefined) {
      const reason = error instanceof GraphQLError ? error.originalError?.message : undefined
      return {
        message: shorten(withoutValues(formatted.message, reason)),
        ...place,
        extensions: { code: requestCode },
      }
    }
    // Refusals by the schema's rules, and what else was thrown as a GraphQLError with a code of its own.
    if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
      return { message: formatted.message, ...place, extensions: { code, ...details } }
    }
    const correlationId = createId()
    log({ correlationId, cause, path })
    const extensions = { code: 'INTERNAL_SERVER_ERROR', correlationId }
    return { message: 'Internal server error', ...place, extensions }
  }
}

function requestCodeOf({ message, extensions }: GraphQLFormattedError): unknown {
  if (requestCodes.has(extensions?.code)) return extensions?.code
  // Apollo Server gives this one no code: the client sent more that is wrong than graphql-js tells of.
  return message.startsWith('Too many errors processing variables') ? 'BAD_USER_INPUT' : undefined
}

/** A name that a client made as long as the request stands in each of a hundred errors about it. */
function shorten(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message
}

/** Without `http` and `stacktrace`, which are for Apollo Server, and for nobody. */
function readExtensions(error: unknown): Record<string, unknown> {
  if (!(error instanceof GraphQLError)) return {}
  const { http: _, stacktrace: __, ...extensions } = error.extensions
  return extensions
}
