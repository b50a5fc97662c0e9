import { appendFileSync, closeSync, fsyncSync, ftruncateSync, openSync, rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Digests } from '../database/transfer/carried.ts'
import { ConflictError } from '../errors.ts'
import type { AdminCommand } from './admin-command.ts'
import { readFileArgument } from './file-argument.ts'

/** `export <file>`. */
export const exportCommand: AdminCommand = {
  synopsis: ['export <file>'],
  description: `Writes all that the database holds to a new file, as it is at one instant, for \`import\` into another database, of the
same kind or the other one. Stop the servers first: what they write later is not in it. The file holds password hashes,
addresses and whatever else there is, for its owner alone; what is sealed stays sealed, and needs the same MASTER_KEY.
It tells the rows of every table and their SHA-256.

  npm run admin -- export gatehouse.jsonl`,

  read(args) {
    const path = readFileArgument('export', parseArgs({ args, allowPositionals: true }).positionals)
    return async ({ database, print }) => {
      const { exportDatabase } = await import('../database/transfer/export-database.ts')
      const file = create(path)
      try {
        const digests = await exportDatabase(database, {
          restart: () => ftruncateSync(file, 0),
          write: (text) => appendFileSync(file, text),
        })
        fsyncSync(file)
        for (const line of describe(digests)) print(line)
      } catch (error) {
        rmSync(path)
        throw error
      } finally {
        closeSync(file)
      }
    }
  },
}

/** A line a table: its name, how many rows, and their hash. */
export function describe(digests: Digests): string[] {
  return Object.entries(digests).map(([name, { rows, sha256 }]) => [name, rows, sha256].join('\t'))
}

/** For appending, so that after a restart it begins at the beginning. */
function create(path: string): number {
  try {
    return openSync(path, 'ax', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new ConflictError(`There is a file ${path} already`)
    throw error
  }
}
