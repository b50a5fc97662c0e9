import BetterSqlite3, { type Database as Connection } from 'better-sqlite3'
import { openSqlite } from '../src/database/sqlite.ts'
import { createStores } from '../src/database/stores/index.ts'
import type { Role } from '../src/identity/user.ts'

/** A database of 1,000,000 documents, none of them published, and 5,000,000 grants. */

export const documentCount = 1_000_000
const readers = 1000
const grantsEach = 3000
/** Holders of a grant on each document: a user, and a role that is nobody's otherwise. */
export const everythingRole = 'STAFF'
export const grantCount = readers * grantsEach + 2 * documentCount

/** As long as those of the application, and in order. */
const idOf = (kind: number, index: number) => `0190000${kind}-0000-7000-8000-${index.toString(16).padStart(12, '0')}`

/** With how many grants somebody comes: some of the readers', one on each document, or none. */
export const people = { reader: idOf(1, 0), everything: idOf(1, readers), nothing: idOf(1, readers + 1) }
const owner = idOf(1, readers + 2)
const admin = idOf(1, readers + 3)
export const emailOf = (id: string) => `${id}@example.com`
export const adminEmail = emailOf(admin)
const now = new Date('2026-01-01T00:00:00.000Z')

export async function createAclDatabase(path: string): Promise<void> {
  const database = await openSqlite({ path })
  const { users, roles } = createStores(database)
  await database.transaction(async () => {
    for (let index = 0; index < readers + 4; index++) {
      const id = idOf(1, index)
      const held: Role = id === admin ? 'ADMIN' : 'MEMBER'
      const verified = { emailVerified: true, suspended: false }
      await users.create({ id, name: 'Somebody', email: emailOf(id), ...verified, roles: [held], createdAt: now })
      await roles.assign(id, held, null, now)
    }
  })
  await database.close()

  const raw = new BetterSqlite3(path)
  raw.pragma('synchronous = OFF')
  raw.pragma('journal_mode = MEMORY')
  raw.pragma('foreign_keys = OFF')
  withoutIndexes(raw, () => raw.transaction(() => fill(raw))())
  raw.close()
}

/** Made at the end they are made by sorting, in a tenth of the time. */
function withoutIndexes(raw: Connection, work: () => void): void {
  const indexes = raw
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE tbl_name IN ('documents', 'access_grants') AND type = 'index' AND sql IS NOT NULL",
    )
    .all() as { name: string; sql: string }[]
  for (const { name } of indexes) raw.exec(`DROP INDEX "${name}"`)
  work()
  for (const { sql } of indexes) raw.exec(sql)
}

function fill(raw: Connection): void {
  const document = raw.prepare(
    'INSERT INTO documents (id, title, body, published, owner_id, version, created_at, updated_at) VALUES (?, ?, ?, 0, ?, 1, ?, ?)',
  )
  const grant = raw.prepare(
    "INSERT INTO access_grants (id, resource_type, resource_id, grantee_kind, grantee_key, grantee_user_id, level, granted_by, granted_at) VALUES (?, 'Document', ?, ?, ?, ?, 1, ?, ?)",
  )
  const time = now.getTime()
  let grants = 0
  const share = (index: number, kind: 'USER' | 'ROLE', key: string) =>
    grant.run(idOf(3, grants++), idOf(2, index), kind, key, kind === 'USER' ? key : null, owner, time)
  for (let index = 0; index < documentCount; index++) {
    document.run(idOf(2, index), `Document ${index}`, 'A text of some words.', owner, time, time)
    share(index, 'USER', people.everything)
    share(index, 'ROLE', everythingRole)
  }
  // Spread over all documents, each reader's otherwise than the next one's.
  for (let reader = 0; reader < readers; reader++)
    for (let index = 0; index < grantsEach; index++)
      share((index * 333 + reader * 7) % documentCount, 'USER', idOf(1, reader))
}
