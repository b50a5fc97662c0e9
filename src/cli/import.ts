import { parseArgs } from 'node:util'
import type { AdminCommand } from './admin-command.ts'
import { describe } from './export.ts'
import { readFileArgument } from './file-argument.ts'
import { readLines } from './read-lines.ts'

/** `import <file>`. */
export const importCommand: AdminCommand = {
  synopsis: ['import <file>'],
  description: `Puts what \`export\` wrote into an empty database: everything, or nothing. The file is checked as a whole before, and
every table is read again after, row by row: both must come to the counts and hashes that were exported. No server may
have started on the database with demo users. Sessions go on: nobody has to sign in again, given the same JWT_KEYS,
MASTER_KEY and PUBLIC_URL.

  DATABASE_URL=postgres://… npm run admin -- import gatehouse.jsonl`,

  read(args) {
    const path = readFileArgument('import', parseArgs({ args, allowPositionals: true }).positionals)
    return async ({ database, print }) => {
      const { importDatabase } = await import('../database/transfer/import-database.ts')
      for (const line of describe(await importDatabase(database, () => readLines(path)))) print(line)
    }
  },
}
