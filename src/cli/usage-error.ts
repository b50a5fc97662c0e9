/** A command that makes no sense: told together with the usage, and ends with exit code 2. */
export class UsageError extends Error {}

/** Whether whoever gave the command has to give another; what `parseArgs` throws counts. */
export function isMisuse(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')
}
