import type { GraphQLSchema } from 'graphql'

/** What a subcommand works with. */
export interface Surroundings {
  /** With the rules in its SDL; nothing runs on it. */
  schema: GraphQLSchema
  /** The path of the lock file. */
  lock: string
  /** Writes lines to the standard output. */
  print(text: string): void
  /** Whether whoever reads them sees colours. */
  colours: boolean
}

/**
 * One thing that `npm run access` does. Gives the exit code.
 *
 * @throws UsageError for arguments that make no sense
 */
export type Subcommand = (args: string[], surroundings: Surroundings) => number | Promise<number>
