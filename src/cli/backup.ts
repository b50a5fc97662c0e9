import { parseArgs } from 'node:util'
import type { AdminCommand } from './admin-command.ts'
import { readFileArgument } from './file-argument.ts'
import { UsageError } from './usage-error.ts'

/** `backup <file>`. */
export const backupCommand: AdminCommand = {
  synopsis: ['backup <file>'],
  description: `Copies the SQLite database to a new file, as it is at one instant, while a server goes on reading and writing it, and
checks the copy. It migrates nothing: back up with any version, before a new one starts. To restore, stop the server and
put the copy in the place of the database file, without the -wal and -shm beside it. PostgreSQL has pg_dump.

  npm run admin -- backup gatehouse-backup.db`,

  readAlone(args) {
    const to = readFileArgument('backup', parseArgs({ args, allowPositionals: true }).positionals)
    return async ({ settings, print }) => {
      if (settings.kind !== 'sqlite')
        throw new UsageError('backup copies a file of SQLite: for PostgreSQL use pg_dump, or export')
      const { backupSqlite } = await import('../database/sqlite-backup.ts')
      print(`${to}\t${await backupSqlite(settings.path, to)} bytes`)
    }
  },
}
