import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionStore } from '../../src/identity/session.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, sessionOf, twentyTimes, userOf } from './fixtures.ts'

export function sessionStoreContract(open: OpenDatabase) {
  describe('SessionStore', () => {
    let test: TestDatabase
    let sessions: SessionStore
    const ada = userOf('ada', { roles: ['EDITOR', 'MEMBER'] })

    beforeEach(async () => {
      test = await open()
      sessions = test.stores.sessions
      await test.stores.users.create(ada)
      await test.stores.users.create(userOf('bob'))
    })
    afterEach(() => test.close())

    const liveOf = async (userId: string, seconds = 1) =>
      (await sessions.listByUser(userId, at(seconds))).map(({ id }) => id)

    describe('create()', () => {
      it('keeps the session as it is', async () => {
        const session = sessionOf('s', 'ada', { userAgent: null, ipAddress: null })
        await sessions.create(session)
        expect(await sessions.find('s', at(1))).toEqual(session)
      })

      it('refuses a session of nobody', async () => {
        await expect(sessions.create(sessionOf('s', 'nobody'))).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
        expect(await sessions.find('s', at(1))).toBeNull()
      })

      it('refuses one that would outlast its own end', async () => {
        const session = sessionOf('s', 'ada', { expiresAt: at(11), endsAt: at(10) })
        await expect(sessions.create(session)).rejects.toMatchObject({ violation: 'CHECK' })
        expect(await sessions.find('s', at(1))).toBeNull()
      })
    })

    describe('findRecord()', () => {
      it('gives session, user and roles together', async () => {
        await sessions.create(sessionOf('s', 'ada'))
        const record = await sessions.findRecord('s')
        expect(record).toEqual({
          session: sessionOf('s', 'ada'),
          user: { ...ada, roles: expect.arrayContaining(['EDITOR', 'MEMBER']) },
          ended: null,
        })
        expect(record?.user.roles).toHaveLength(2)
      })

      it('gives a user who holds no role', async () => {
        await sessions.create(sessionOf('s', 'bob'))
        expect((await sessions.findRecord('s'))?.user).toEqual(userOf('bob'))
      })

      it('sees a role that was assigned or withdrawn since', async () => {
        await sessions.create(sessionOf('s', 'bob'))
        await test.stores.roles.assign('bob', 'ADMIN', null, at(1))
        expect((await sessions.findRecord('s'))?.user.roles).toEqual(['ADMIN'])
        await test.stores.roles.withdraw('bob', 'ADMIN')
        expect((await sessions.findRecord('s'))?.user.roles).toEqual([])
      })

      it('tells when and why a session ended', async () => {
        await sessions.create(sessionOf('s', 'ada'))
        await sessions.end('s', 'ROTATED', at(5))
        expect((await sessions.findRecord('s'))?.ended).toEqual({ at: at(5), reason: 'ROTATED' })
      })

      it('gives null for an id that no session has', async () => {
        await sessions.create(sessionOf('s', 'ada'))
        expect(await sessions.findRecord('t')).toBeNull()
      })
    })

    describe('find()', () => {
      it('gives a session until the instant at which it expires', async () => {
        await sessions.create(sessionOf('s', 'ada'))
        expect((await sessions.find('s', at(99.999)))?.id).toBe('s')
        expect(await sessions.find('s', at(100))).toBeNull()
      })

      it('gives null once it has ended', async () => {
        await sessions.create(sessionOf('s', 'ada'))
        await sessions.end('s', 'LOGOUT', at(1))
        expect(await sessions.find('s', at(1))).toBeNull()
      })
    })

    describe('listByUser() and listByUsers()', () => {
      it('give live sessions of those users alone, most recently used first', async () => {
        await sessions.create(sessionOf('old', 'ada', { lastUsedAt: at(0) }))
        await sessions.create(sessionOf('new', 'ada', { lastUsedAt: at(0.5) }))
        await sessions.create(sessionOf('over', 'ada', { expiresAt: at(1) }))
        await sessions.create(sessionOf('ended', 'ada'))
        await sessions.end('ended', 'LOGOUT', at(0.1))
        await sessions.create(sessionOf('other', 'bob', { lastUsedAt: at(0.2) }))
        expect(await liveOf('ada')).toEqual(['new', 'old'])
        const both = await sessions.listByUsers(['ada', 'bob', 'nobody'], at(1))
        expect(both.map(({ id }) => id)).toEqual(['new', 'other', 'old'])
        expect(await sessions.listByUsers([], at(1))).toEqual([])
      })
    })

    describe('an API token', () => {
      const token = sessionOf('t', 'ada', {
        kind: 'API_TOKEN',
        name: 'Nightly export',
        permissions: ['DOCUMENT_READ'],
        expiresAt: at(1000),
      })

      it('is kept with its name and scopes, and listed by its kind', async () => {
        await sessions.create(token)
        await sessions.create(sessionOf('s', 'ada'))
        await sessions.create({ ...token, id: 'other', user: { id: 'bob' } })
        expect(await sessions.listByUser('ada', at(1), 'API_TOKEN')).toEqual([token])
        expect((await sessions.listByUser('ada', at(1), 'BROWSER')).map(({ id }) => id)).toEqual(['s'])
        expect((await liveOf('ada')).sort()).toEqual(['s', 't'])
        expect((await sessions.findRecord('t'))?.session).toEqual(token)
      })

      it('lasts to its end without being used, and no longer by being used', async () => {
        await sessions.create(token)
        expect(await sessions.touch('t', at(999), token.endsAt)).toBe(true)
        expect((await sessions.find('t', at(999.999)))?.id).toBe('t')
        await expect(sessions.touch('t', at(999), at(1001))).rejects.toMatchObject({ violation: 'CHECK' })
        expect(await sessions.find('t', at(1000))).toBeNull()
      })
    })

    describe('touch()', () => {
      it('moves the last use and the expiry on', async () => {
        await sessions.create(sessionOf('s', 'ada'))
        expect(await sessions.touch('s', at(50), at(150))).toBe(true)
        expect(await sessions.find('s', at(149))).toMatchObject({ lastUsedAt: at(50), expiresAt: at(150) })
      })

      it('revives neither a session that ended nor one that expired', async () => {
        await sessions.create(sessionOf('ended', 'ada'))
        await sessions.end('ended', 'LOGOUT', at(1))
        expect(await sessions.touch('ended', at(2), at(150))).toBe(false)
        await sessions.create(sessionOf('expired', 'ada'))
        expect(await sessions.touch('expired', at(100), at(200))).toBe(false)
        expect(await liveOf('ada', 101)).toEqual([])
        expect(await sessions.touch('nobody', at(2), at(150))).toBe(false)
      })

      it('moves no expiry past the absolute end', async () => {
        await sessions.create(sessionOf('s', 'ada', { endsAt: at(120) }))
        await expect(sessions.touch('s', at(50), at(121))).rejects.toMatchObject({ violation: 'CHECK' })
        expect(await sessions.find('s', at(1))).toMatchObject({ lastUsedAt: at(0), expiresAt: at(100) })
      })
    })

    describe('end()', () => {
      it('ends a live session, and no other', async () => {
        await sessions.create(sessionOf('s', 'ada'))
        await sessions.create(sessionOf('t', 'ada'))
        expect(await sessions.end('s', 'REVOKED', at(1))).toBe(true)
        expect(await liveOf('ada')).toEqual(['t'])
      })

      it('is false for one that is over, and leaves its end as it was', async () => {
        await sessions.create(sessionOf('s', 'ada'))
        await sessions.end('s', 'LOGOUT', at(1))
        expect(await sessions.end('s', 'REVOKED', at(2))).toBe(false)
        expect((await sessions.findRecord('s'))?.ended).toEqual({ at: at(1), reason: 'LOGOUT' })
        await sessions.create(sessionOf('expired', 'ada'))
        expect(await sessions.end('expired', 'REVOKED', at(100))).toBe(false)
        expect((await sessions.findRecord('expired'))?.ended).toBeNull()
      })

      it('is true for one of twenty at once', async () => {
        await sessions.create(sessionOf('s', 'ada'))
        const results = await twentyTimes(() => sessions.end('s', 'LOGOUT', at(1)))
        expect(results.filter((result) => result.status === 'fulfilled' && result.value)).toHaveLength(1)
      })
    })

    describe('endAll()', () => {
      beforeEach(async () => {
        for (const id of ['s', 't', 'u']) await sessions.create(sessionOf(id, 'ada'))
        await sessions.create(sessionOf('other', 'bob'))
      })

      it("ends every live session of the user but one, and nobody else's", async () => {
        await sessions.end('u', 'LOGOUT', at(0.5))
        expect(await sessions.endAll('ada', 's', 'REVOKED', at(1))).toEqual(['t'])
        expect(await liveOf('ada')).toEqual(['s'])
        expect(await liveOf('bob')).toEqual(['other'])
        expect((await sessions.findRecord('u'))?.ended?.reason).toBe('LOGOUT')
      })

      it('spares none without an exception', async () => {
        expect((await sessions.endAll('ada', null, 'REVOKED', at(1))).sort()).toEqual(['s', 't', 'u'])
        expect(await liveOf('ada')).toEqual([])
      })
    })

    describe('endEverybodys()', () => {
      it('ends every live session of every user, and leaves others as they ended', async () => {
        for (const [id, user] of [
          ['s', 'ada'],
          ['t', 'bob'],
          ['over', 'bob'],
        ] as const)
          await sessions.create(sessionOf(id, user))
        await sessions.create(sessionOf('expired', 'ada', { expiresAt: at(1) }))
        await sessions.end('over', 'LOGOUT', at(0.5))
        expect(await sessions.endEverybodys('REVOKED', at(1))).toBe(2)
        expect([...(await liveOf('ada')), ...(await liveOf('bob'))]).toEqual([])
        expect((await sessions.findRecord('s'))?.ended).toEqual({ at: at(1), reason: 'REVOKED' })
        expect((await sessions.findRecord('over'))?.ended).toEqual({ at: at(0.5), reason: 'LOGOUT' })
        expect((await sessions.findRecord('expired'))?.ended).toBeNull()
      })
    })

    describe('purge()', () => {
      it('deletes what has been over since before then, and nothing later', async () => {
        await sessions.create(sessionOf('expired', 'ada', { expiresAt: at(9) }))
        await sessions.create(sessionOf('ended', 'ada'))
        await sessions.end('ended', 'LOGOUT', at(9))
        await sessions.create(sessionOf('just ended', 'ada'))
        await sessions.end('just ended', 'LOGOUT', at(10))
        await sessions.create(sessionOf('live', 'ada'))
        expect(await sessions.purge(at(10), 100)).toBe(2)
        expect(await sessions.findRecord('expired')).toBeNull()
        expect(await sessions.findRecord('ended')).toBeNull()
        expect(await sessions.findRecord('just ended')).not.toBeNull()
        expect(await sessions.findRecord('live')).not.toBeNull()
      })

      it('deletes no more than its limit at a time', async () => {
        for (const id of ['s', 't', 'u']) await sessions.create(sessionOf(id, 'ada', { expiresAt: at(1) }))
        expect(await sessions.purge(at(10), 2)).toBe(2)
        expect(await sessions.purge(at(10), 2)).toBe(1)
        expect(await sessions.purge(at(10), 2)).toBe(0)
      })
    })
  })
}
