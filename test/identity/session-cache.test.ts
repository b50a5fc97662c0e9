import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionStore } from '../../src/identity/session.ts'
import { createSessionCache, parseViewerChange, printViewerChange } from '../../src/identity/session-cache.ts'
import { type Reach, tellViewerChanges, type ViewerChange } from '../../src/identity/viewer-changes.ts'
import { at, sessionOf, userOf } from '../contract/fixtures.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

let test: TestDatabase
let reads: string[]
/** Counts what is read of the database. */
let counted: SessionStore

beforeEach(async () => {
  test = await openTestDatabase()
  const { sessions, users } = test.stores
  for (const id of ['ada', 'bob']) await users.create(userOf(id, { roles: ['MEMBER', 'ADMIN'] }))
  for (const [id, user] of [
    ['a1', 'ada'],
    ['a2', 'ada'],
    ['b1', 'bob'],
  ] as const)
    await sessions.create(sessionOf(id, user))
  reads = []
  counted = {
    ...sessions,
    findRecord(id) {
      reads.push(id)
      return sessions.findRecord(id)
    },
  }
})
afterEach(() => test.close())

describe('createSessionCache()', () => {
  const readAll = async (sessions: SessionStore) => {
    reads.splice(0)
    for (const id of ['a1', 'a2', 'b1']) await sessions.findRecord(id)
    return [...reads]
  }

  it('gives a record again without reading it, for its seconds and no longer', async () => {
    const sessions = createSessionCache({ seconds: 1 }).remember(counted)
    const first = await sessions.findRecord('a1')
    expect(first?.user.id).toBe('ada')
    expect(await sessions.findRecord('a1')).toEqual(first)
    expect(reads).toEqual(['a1'])
    await sleep(1_050)
    await sessions.findRecord('a1')
    expect(reads).toEqual(['a1', 'a1'])
  })

  it('reads each time when it is off, and when the record is to be fresh', async () => {
    const off = createSessionCache({ seconds: 0 }).remember(counted)
    for (let time = 0; time < 2; time++) await off.findRecord('a1')
    expect(reads).toHaveLength(2)
    const sessions = createSessionCache({ seconds: 5 }).remember(counted)
    for (let time = 0; time < 2; time++) await sessions.findRecord('a1', 'fresh')
    expect(reads).toHaveLength(4)
  })

  it('forgets one session, all of one user, or all, and nothing else', async () => {
    const cache = createSessionCache({ seconds: 5 })
    const sessions = cache.remember(counted)
    expect(await readAll(sessions)).toEqual(['a1', 'a2', 'b1'])
    expect(await readAll(sessions)).toEqual([])
    cache.forget({ session: 'a1' })
    expect(await readAll(sessions)).toEqual(['a1'])
    cache.forget({ user: 'ada' })
    expect(await readAll(sessions)).toEqual(['a1', 'a2'])
    cache.forget('everybody')
    expect(await readAll(sessions)).toEqual(['a1', 'a2', 'b1'])
    cache.forget({ user: 'nobody' })
    expect(await readAll(sessions)).toEqual([])
  })

  it('does not remember what changed while it was read', async () => {
    const read = Promise.withResolvers<void>()
    const cache = createSessionCache({ seconds: 5 })
    const sessions = cache.remember({
      ...counted,
      async findRecord(id) {
        const record = await counted.findRecord(id)
        await read.promise
        return record
      },
    })
    const stale = sessions.findRecord('a1')
    await test.stores.sessions.end('a1', 'REVOKED', at(1))
    cache.forget({ session: 'a1' })
    read.resolve()
    expect((await stale)?.ended).toBeNull()
    expect((await sessions.findRecord('a1'))?.ended).toMatchObject({ reason: 'REVOKED' })
  })

  it('remembers neither sessions that have ended nor those that are not there', async () => {
    await test.stores.sessions.end('a1', 'LOGOUT', at(1))
    const sessions = createSessionCache({ seconds: 5 }).remember(counted)
    for (let time = 0; time < 2; time++) for (const id of ['a1', 'none']) await sessions.findRecord(id)
    expect(reads).toEqual(['a1', 'none', 'a1', 'none'])
  })

  it('keeps no more than ten thousand', { timeout: 60_000 }, async () => {
    const record = await test.stores.sessions.findRecord('a1')
    const sessions = createSessionCache({ seconds: 5 }).remember({
      ...counted,
      findRecord: async (id) => {
        reads.push(id)
        return record
      },
    })
    for (let index = 0; index <= 10_000; index++) await sessions.findRecord(`s${index}`)
    reads.splice(0)
    await sessions.findRecord('s10000')
    await sessions.findRecord('s0')
    expect(reads).toEqual(['s0'])
  })
})

describe('tellViewerChanges()', () => {
  let told: [ViewerChange, Reach][]
  const tellingStores = () => {
    told = []
    return tellViewerChanges(test.stores, test.database.transaction, async (...change) => {
      told.push(change)
    })
  }

  it('tells of everything that changes a session, its user or their roles', async () => {
    const { sessions, users, roles, accounts } = tellingStores()
    const now = at(1)
    const bob = userOf('bob')
    for (const [change, work] of [
      [{ session: 'a1' }, () => sessions.end('a1', 'LOGOUT', now)],
      [{ user: 'ada' }, () => sessions.endAll('ada', null, 'REVOKED', now)],
      ['everybody', () => sessions.endEverybodys('REVOKED', now)],
      [{ user: 'ada' }, () => users.rename('ada', 'Countess')],
      [{ user: 'bob' }, () => users.verifyEmail(bob, now)],
      [{ user: 'bob' }, () => users.changeEmail('bob', { from: bob.email, to: 'rob@example.com' }, now)],
      [{ user: 'ada' }, () => roles.assign('ada', 'EDITOR', null, now)],
      [{ user: 'ada' }, () => roles.withdraw('ada', 'EDITOR')],
      [{ user: 'ada' }, () => accounts.suspend('ada', now)],
      [{ user: 'ada' }, () => accounts.reinstate('ada')],
      [{ user: 'bob' }, () => accounts.delete({ id: 'bob', email: 'rob@example.com' })],
    ] satisfies [ViewerChange, () => Promise<unknown>][]) {
      told.splice(0)
      await work()
      expect(told).toEqual([[change, 'everywhere']])
    }
  })

  it('tells nobody else of a session that was used', async () => {
    const { sessions } = tellingStores()
    await sessions.touch('a1', at(1), at(200))
    expect(told).toEqual([[{ session: 'a1' }, 'here']])
  })

  it('tells of a change in a transaction once that is kept, however deep it stands', async () => {
    const { sessions, roles, transaction } = tellingStores()
    await transaction(async () => {
      await sessions.end('a1', 'REVOKED', at(1))
      await transaction(() => roles.withdraw('ada', 'ADMIN'))
      expect(told).toEqual([])
    })
    expect(told).toEqual([
      [{ session: 'a1' }, 'everywhere'],
      [{ user: 'ada' }, 'everywhere'],
    ])
  })

  it('tells nothing of what is rolled back', async () => {
    const { sessions, transaction } = tellingStores()
    const failing = transaction(async () => {
      await sessions.end('a1', 'REVOKED', at(1))
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(told).toEqual([])
    expect((await sessions.findRecord('a1'))?.ended).toBeNull()
  })

  it('tells once of work that ran twice', async () => {
    told = []
    const twice = tellViewerChanges(
      test.stores,
      async (work) => {
        await work()
        return work()
      },
      async (...change) => {
        told.push(change)
      },
    )
    await twice.transaction(() => twice.users.rename('ada', 'Countess'))
    expect(told).toEqual([[{ user: 'ada' }, 'everywhere']])
  })
})

describe('parseViewerChange()', () => {
  it.each<ViewerChange>([{ session: 's' }, { user: 'u' }, 'everybody'])('reads %j as it was written', (change) => {
    expect(parseViewerChange(printViewerChange(change))).toEqual(change)
  })

  it.each(['', '{', 'null', '{"group":"g"}', '{"user":1}', '[]'])('takes %j for a change of everybody', (text) => {
    expect(parseViewerChange(text)).toBe('everybody')
  })
})
