import { isDeepStrictEqual } from 'node:util'
import { ConflictError } from '../../errors.ts'
import type { Database } from '../database.ts'
import { type Carried, createDigest, type Digests, listCarried } from './carried.ts'
import { readExport } from './format.ts'
import { createInserter, isEmpty, readRows } from './rows.ts'

/**
 * Puts an export into an empty database: everything, or nothing. Before it is kept every table is read again, and must
 * have as many rows as were exported, with the same hash.
 *
 * @param lines - gives the lines of the export from the first one on, each time anew
 * @throws InputError when the export is not whole, ConflictError when the database is not empty, or keeps a row as
 * something else
 */
export async function importDatabase(database: Database, lines: () => Iterable<string>): Promise<Digests> {
  const { digests, rows } = readExport(lines)
  await database.transaction(async () => {
    const tables = listCarried()
    await requireEmpty(database, tables)
    const inserter = createInserter(database)
    for (const { carried, row } of rows()) await inserter.add(carried, row)
    await inserter.end()
    for (const carried of tables) {
      if (!isDeepStrictEqual(await digestOf(database, carried), digests[carried.name]))
        throw new ConflictError(`This database keeps ${carried.name} as something else: nothing was imported`)
    }
  })
  return digests
}

async function requireEmpty(database: Database, tables: readonly Carried[]): Promise<void> {
  for (const carried of tables) {
    if (!(await isEmpty(database, carried)))
      throw new ConflictError(`This database is not empty, it has ${carried.name}: import into a new one`)
  }
}

async function digestOf(database: Database, carried: Carried) {
  const digest = createDigest()
  for await (const row of readRows(database, carried)) digest.add(row)
  return digest.end()
}
