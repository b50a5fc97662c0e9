import type { DatabaseSettings } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Application } from '../graphql/context.ts'
import type { Terminal } from './read-password.ts'

/** What a command works with: the domains over an open database, and where it reads and writes. */
export interface AdminSurroundings {
  application: Application
  database: Database
  terminal: Terminal
  /** Writes lines to the standard output. */
  print(text: string): void
}

/** What a command works with that opens the database itself, if at all. */
export interface AloneSurroundings extends Pick<AdminSurroundings, 'print'> {
  settings: DatabaseSettings
}

/** One of the commands of `npm run admin`. */
export type AdminCommand = Description & (OverDatabase | Alone)

interface Description {
  /** How it is called, one line a form, without `npm run admin -- `. */
  synopsis: readonly string[]
  /** What it does, for `--help`. */
  description: string
}

interface OverDatabase {
  /**
   * Reads the arguments and gives the work, which runs once the database is open.
   *
   * @throws UsageError for arguments that make no sense: nothing is opened then
   */
  read(args: string[]): (surroundings: AdminSurroundings) => Promise<void>
}

interface Alone {
  /**
   * Reads the arguments and gives the work, for which no database is opened, and so none migrated.
   *
   * @throws UsageError for arguments that make no sense
   */
  readAlone(args: string[]): (surroundings: AloneSurroundings) => Promise<void>
}

/** Writes how commands are called. */
export function renderUsage(commands: Iterable<AdminCommand>): string {
  const lines = [...commands].flatMap(({ synopsis }) => synopsis)
  return lines.map((line, index) => `${index === 0 ? 'Usage:' : '      '} npm run admin -- ${line}`).join('\n')
}
