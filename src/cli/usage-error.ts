import { InputError } from '../errors.ts'

/** A command that makes no sense: told together with the usage, and ends with exit code 2. */
export class UsageError extends Error {}

/** Whether whoever gave the command has to give another; what `parseArgs` throws counts. */
export function isMisuse(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // An option is an argument like any other.
  const isOption = error instanceof InputError && error.argument.startsWith('--')
  return error instanceof UsageError || isOption || code.startsWith('ERR_PARSE_ARGS')
}
