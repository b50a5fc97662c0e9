import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Stores } from '../../src/database/stores/index.ts'
import { createId } from '../../src/id.ts'
import type { User } from '../../src/identity/user.ts'
import { at, documentOf, userOf } from '../contract/fixtures.ts'
import { keepEverythingOf } from './whole-person.ts'

/** Leaves out what two databases may disagree on: the order of rows and columns, and their own journal. */
export function sortRows(dump: Record<string, unknown[]>): Record<string, string[]> {
  const { migrations: _, ...tables } = dump
  return Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [
      name,
      rows.map((row) => JSON.stringify(Object.entries(row ?? {}).sort())).sort(),
    ]),
  )
}

/** Keeps rows in every table, more than are read at a time, and texts that are hard to carry. */
export async function fill(stores: Stores): Promise<User> {
  const users = ['Ada', 'Grace'].map((name) =>
    userOf(createId(), { name, email: `${name}@Example.com`, roles: ['ADMIN'] }),
  )
  const [ada, grace] = users
  if (!ada || !grace) throw new TypeError('There should be two users')
  for (const user of users) await stores.users.create(user)
  await keepEverythingOf(stores, ada, grace, at(0.123))
  await stores.signingKeys.create({
    kid: 'k',
    algorithm: 'ES256',
    sealedKey: 'sealed',
    createdAt: at(1),
    retiredAt: null,
  })
  for (const key of ['a', 'b']) await stores.throttle.attempt(key, [60], at(2))
  await stores.throttle.hit('a', 60, at(3))
  for (let index = 0; index < 250; index++) {
    // In random order, of which the order of keys must make nothing.
    const id = createHash('sha256').update(`${index}`).digest('hex')
    await stores.documents.create(
      documentOf(id, index % 2 ? ada.id : grace.id, { body: `${index}\n"\\ \u2028 \u{1F600} é e\u0301` }),
    )
  }
  await stores.documents.create(documentOf('long', ada.id, { body: 'ü'.repeat(50_000), published: true }))
  return ada
}

/** What an export says that it holds. */
export function digestsOf(file: string): Record<string, { rows: number; sha256: string }> {
  return JSON.parse(readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '').digests
}
