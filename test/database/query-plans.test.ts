import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Awaitable } from '../../src/awaitable.ts'
import type { Stores } from '../../src/database/stores/index.ts'
import type { DocumentFilter, Visibility } from '../../src/documents/document.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

describe('the stores on SQLite', () => {
  const prepare = BetterSqlite3.prototype.prepare
  let test: TestDatabase
  let statements: Set<string>

  beforeEach(async () => {
    test = await openTestDatabase()
    statements = new Set()
    // Listens only: every statement is prepared and run as ever.
    vi.spyOn(BetterSqlite3.prototype, 'prepare').mockImplementation(function (this: BetterSqlite3.Database, text) {
      statements.add(text)
      return Reflect.apply(prepare, this, [text])
    })
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await test.close()
  })

  const at = new Date('2026-01-01T00:00:00.000Z')
  const subject = { id: 'u', roles: ['MEMBER', 'EDITOR'] }
  const unfiltered: DocumentFilter = { search: null, ownerId: null, published: null, sharedWithMe: null }
  const readable: Visibility = { kind: 'some', rules: [{ any: [{ owner: false, access: 'READ' }] }] }
  const everything: Visibility = { kind: 'all' }
  const page = { first: 20, after: 'x' }
  const shown = { purpose: 'LOGIN_CODE', secretHash: 'h', bindingHash: 'b' } as const

  const reads: [string, (stores: Stores) => Awaitable<unknown>][] = [
    ['session record', ({ sessions }) => sessions.findRecord('s')],
    ['sessions of users', ({ sessions }) => sessions.listByUsers(['u', 'v'], at)],
    ['end of all sessions', ({ sessions }) => sessions.endAll('u', 's', 'REVOKED', at)],
    ['purge of sessions', ({ sessions }) => sessions.purge(at, 10)],
    ['user by id', ({ users }) => users.find('u')],
    ['users by ids', ({ users }) => users.findMany(['u', 'v'])],
    ['user by e-mail', ({ users }) => users.findByEmail('u@example.com')],
    ['page of users', ({ users }) => users.list({ ...page, search: null })],
    ['one-time secret', ({ oneTimeSecrets }) => oneTimeSecrets.consume(shown, at)],
    ['guess by user', ({ oneTimeSecrets }) => oneTimeSecrets.guess(shown, { userId: 'u' }, at)],
    ['guess by address', ({ oneTimeSecrets }) => oneTimeSecrets.guess(shown, { address: 'a' }, at)],
    ['purge of one-time secrets', ({ oneTimeSecrets }) => oneTimeSecrets.purge(at, 10)],
    ['confirmed authenticator', ({ totpAuthenticators }) => totpAuthenticators.findConfirmed('u')],
    [
      'confirmation of an authenticator',
      ({ totpAuthenticators }) => totpAuthenticators.confirm({ id: 't', userId: 'u' }, 1, at),
    ],
    ['recovery code', ({ recoveryCodes }) => recoveryCodes.consume('u', 'hash', at)],
    ['passkey by credential', ({ passkeys }) => passkeys.findByCredentialId('c')],
    ['passkeys of a user', ({ passkeys }) => passkeys.listByUser('u')],
    ['passkeys of users', ({ passkeys }) => passkeys.listByUsers(['u', 'v'])],
    ['provider link', ({ providerLinks }) => providerLinks.find('i', 's')],
    ['provider links of a user', ({ providerLinks }) => providerLinks.listByUser('u')],
    ['lease of mails', ({ mails }) => mails.lease({ now: at, until: at, limit: 10 })],
    ['purge of mails', ({ mails }) => mails.purge(at, 10)],
    ['password', ({ passwords }) => passwords.find('u')],
    ['holders of a role', ({ roles }) => roles.countActiveHolders('ADMIN')],
    ['document by id', ({ documents }) => documents.find('d')],
    ['documents by ids', ({ documents }) => documents.findMany(['d', 'e'])],
    ['accessible documents', ({ documents }) => documents.findAccessible(subject, 'READ', ['d', 'e', 'f'])],
    [
      'page of visible documents',
      ({ documents }) => documents.list({ subject, visibility: readable, filter: unfiltered, ...page }),
    ],
    [
      'first page of visible documents',
      ({ documents }) => documents.list({ subject, visibility: readable, filter: unfiltered, ...page, after: null }),
    ],
    [
      'count of visible documents',
      ({ documents }) => documents.count({ subject, visibility: readable, filter: unfiltered }),
    ],
    [
      'page of shared documents',
      ({ documents }) =>
        documents.list({ subject, visibility: everything, filter: { ...unfiltered, sharedWithMe: true }, ...page }),
    ],
    [
      'page of shared documents that are readable',
      ({ documents }) =>
        documents.list({ subject, visibility: readable, filter: { ...unfiltered, sharedWithMe: true }, ...page }),
    ],
    [
      "page of an owner's documents",
      ({ documents }) =>
        documents.list({ subject, visibility: everything, filter: { ...unfiltered, ownerId: 'u' }, ...page }),
    ],
    ['grants', ({ accessGrants }) => accessGrants.list('Document', ['d', 'e'])],
    ['purge of audit events', ({ audit }) => audit.purge(at, 10)],
    ['purge of counters', ({ throttle }) => throttle.purge(at, 10)],
    [
      'audit of an actor',
      ({ audit }) =>
        audit.list({ ...page, filter: { actions: null, actorId: 'u', subjectId: null, from: null, until: null } }),
    ],
  ]

  /** What SQLite would do for a statement, a line a step. */
  const planOf = (statement: string): string[] => {
    const raw = new BetterSqlite3(test.path, { readonly: true })
    const values = Array.from(statement.match(/\?/g) ?? [], () => null)
    const steps: unknown[] = Reflect.apply(prepare, raw, [`EXPLAIN QUERY PLAN ${statement}`])
      .raw()
      .all(...values)
    raw.close()
    return steps.map((step) => (Array.isArray(step) ? String(step[3]) : ''))
  }

  for (const [what, read] of reads)
    it(`look up by index: ${what}`, async () => {
      await read(test.stores)
      const plans = [...statements].map(planOf)
      expect(plans.length).toBeGreaterThan(0)
      // "SCAN found" walks a page that an index has found, at most `first` rows long.
      expect(plans.flat().filter((step) => step.startsWith('SCAN') && step !== 'SCAN found')).toEqual([])
      expect(plans.flat().some((step) => step.startsWith('SEARCH'))).toBe(true)
    })

  it('read a session with its user and roles in one statement', async () => {
    await test.stores.sessions.findRecord('s')
    expect(statements.size).toBe(1)
  })

  it('prepare a list once, whoever asks and wherever the page begins', async () => {
    const query = { visibility: readable, filter: unfiltered, ...page }
    await test.stores.documents.list({ ...query, subject })
    await test.stores.documents.list({ ...query, subject: { ...subject, id: 'v' }, after: 'y', first: 3 })
    expect(statements.size).toBe(1)
  })

  it('are seen to scan where there is no index, or this test could not fail', async () => {
    await test.stores.users.count({ search: 'a' })
    expect([...statements].flatMap(planOf)).toContain('SCAN users')
  })
})
