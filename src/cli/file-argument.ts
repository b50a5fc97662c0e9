import { UsageError } from './usage-error.ts'

/** Takes the one file that a command is about. */
export function readFileArgument(command: string, [file, ...surplus]: readonly string[]): string {
  if (!file || surplus.length > 0) throw new UsageError(`${command} takes one file`)
  return file
}
