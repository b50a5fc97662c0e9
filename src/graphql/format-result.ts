import type { ExecutionResult, FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql'

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError

/** Makes of a result what clients get: its errors formatted as Apollo Server does it, but for `extensions.http`. */
export function formatResult({ data, errors }: ExecutionResult, formatError: FormatError): FormattedExecutionResult {
  const formatted: FormattedExecutionResult = {}
  if (data !== undefined) formatted.data = data
  if (errors) formatted.errors = errors.map((error) => formatFieldError(error, formatError))
  return formatted
}

function formatFieldError(error: GraphQLError, formatError: FormatError): GraphQLFormattedError {
  const { http: _, ...extensions } = error.extensions
  try {
    return formatError(
      { ...error.toJSON(), extensions: { ...extensions, code: extensions.code ?? 'INTERNAL_SERVER_ERROR' } },
      error,
    )
  } catch {
    return { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }
  }
}
