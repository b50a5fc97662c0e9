import { STATUS_CODES } from 'node:http'
import type { FastifyError } from 'fastify'

/** An answer in the form that GraphQL clients read (GraphQL over HTTP, section 6.4). */
export interface ErrorResponse {
  status: number
  body: { errors: [{ message: string; extensions: { code: string; correlationId?: string; retryAfter?: number } }] }
}

export function createErrorResponse(
  status: number,
  code: string,
  message: string,
  more: { retryAfter?: number } = {},
): ErrorResponse {
  return { status, body: { errors: [{ message, extensions: { code, ...more } }] } }
}

/** Tells nothing but the id by which the log has the cause. */
export function createMaskedResponse(correlationId: string): ErrorResponse {
  return {
    status: 500,
    body: {
      errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId } }],
    },
  }
}

/** Fastify's own messages quote the request; these do not. */
const messages: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The request body is too large: at most 100 KiB',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send operations with the content type application/json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The request body is empty: send { "query": "…" }',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The request body is not valid JSON',
}

/** The answer to a request that Fastify found at fault; null when the fault is the server's. */
export function describeClientFault(error: FastifyError): ErrorResponse | null {
  const status = error.statusCode ?? 500
  if (status < 400 || status >= 500) return null
  return createErrorResponse(status, 'BAD_REQUEST', messages[error.code] ?? STATUS_CODES[status] ?? 'Bad Request')
}
