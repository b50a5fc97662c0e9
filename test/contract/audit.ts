import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditEvent, AuditFilter, AuditStore } from '../../src/audit/audit-event.ts'
import { DatabaseError } from '../../src/database/database-error.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase } from './fixtures.ts'

export function auditStoreContract(open: OpenDatabase) {
  describe('AuditStore', () => {
    let test: TestDatabase
    let audit: AuditStore

    beforeEach(async () => {
      test = await open()
      audit = test.stores.audit
    })
    afterEach(() => test.close())

    const eventOf = (id: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
      id,
      action: 'LOGIN_SUCCEEDED',
      actorId: 'ada',
      subject: { type: 'User', id: 'ada' },
      detail: 'with a password',
      ipAddress: '192.0.2.1',
      userAgent: 'Browser/1.0',
      occurredAt: at(0),
      ...more,
    })
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
    const every: AuditFilter = { actions: null, actorId: null, subjectId: null, from: null, until: null }
    const find = async (filter: Partial<AuditFilter>) => {
      const query = { filter: { ...every, ...filter } }
      const { items } = await audit.list({ ...query, first: 100, after: null })
      expect(await audit.count(query)).toBe(items.length)
      return items.map(({ id }) => id)
    }

    it('gives events back as they were appended', async () => {
      const whole = eventOf('2')
      const bare = eventOf('1', { actorId: null, subject: null, detail: null, ipAddress: null, userAgent: null })
      await audit.append(whole)
      await audit.append(bare)
      const { items } = await audit.list({ filter: every, first: 10, after: null })
      expect(items).toEqual([whole, bare])
    })

    it('appends nothing in a transaction that fails', async () => {
      const failing = test.database.transaction(async () => {
        await audit.append(eventOf('1'))
        throw new Error('what it records did not happen')
      })
      await expect(failing).rejects.toThrow('did not happen')
      expect(await find({})).toEqual([])
    })

    it('refuses to change, delete or replace an event', async () => {
      await audit.append(eventOf('1', { occurredAt: daysAgo(89) }))
      const { db, tables } = test.database
      await expect(db.update(tables.auditEvents).set({ detail: 'changed' })).rejects.toThrow('append-only')
      await expect(db.delete(tables.auditEvents)).rejects.toThrow('append-only')
      await expect(audit.append(eventOf('1', { detail: 'replaced' }))).rejects.toBeInstanceOf(DatabaseError)
      const { items } = await audit.list({ filter: every, first: 10, after: null })
      expect(items).toMatchObject([{ id: '1', detail: 'with a password' }])
    })

    it('refuses to change or replace an event however old it is', async () => {
      await audit.append(eventOf('1', { occurredAt: daysAgo(4000) }))
      const { db, tables } = test.database
      await expect(db.update(tables.auditEvents).set({ occurredAt: at(0) })).rejects.toThrow('append-only')
      await expect(audit.append(eventOf('1', { detail: 'replaced' }))).rejects.toBeInstanceOf(DatabaseError)
      const { items } = await audit.list({ filter: every, first: 10, after: null })
      expect(items).toMatchObject([{ id: '1', detail: 'with a password' }])
    })

    it('lets be erased what identifies a person, and keeps the event', async () => {
      await audit.append(eventOf('1'))
      await test.database.db.delete(test.database.tables.auditOrigins)
      const { items } = await audit.list({ filter: every, first: 10, after: null })
      expect(items).toEqual([eventOf('1', { ipAddress: null, userAgent: null })])
    })

    it('erases where a user acted from, and where nobody acted on their account from, and nothing else', async () => {
      const bare = { ipAddress: null, userAgent: null }
      const theirs = eventOf('1', { subject: { type: 'Session', id: 's' } })
      const nobodys = eventOf('2', { actorId: null })
      const onOthers = eventOf('3', { actorId: null, subject: { type: 'User', id: 'bob' } })
      const anothers = eventOf('4', { actorId: 'bob' })
      const onAThing = eventOf('5', { actorId: null, subject: { type: 'Document', id: 'ada' } })
      for (const event of [theirs, nobodys, onOthers, anothers, onAThing]) await audit.append(event)
      await audit.eraseOrigins('ada')
      const { items } = await audit.list({ filter: every, first: 10, after: null })
      expect(items).toEqual([onAThing, anothers, onOthers, { ...nobodys, ...bare }, { ...theirs, ...bare }])
    })

    it('lists the newest first, page by page', async () => {
      for (const id of ['2', '3', '1']) await audit.append(eventOf(id))
      const first = await audit.list({ filter: every, first: 2, after: null })
      expect([first.items.map(({ id }) => id), first.hasNextPage]).toEqual([['3', '2'], true])
      const second = await audit.list({ filter: every, first: 2, after: '2' })
      expect([second.items.map(({ id }) => id), second.hasNextPage]).toEqual([['1'], false])
    })

    it('filters by everything there is to filter by, all of it together', async () => {
      await audit.append(eventOf('1', { action: 'LOGOUT', occurredAt: at(1) }))
      await audit.append(eventOf('2', { actorId: 'bob', occurredAt: at(2) }))
      await audit.append(eventOf('3', { subject: { type: 'Document', id: 'd' }, occurredAt: at(3) }))
      expect(await find({})).toEqual(['3', '2', '1'])
      expect(await find({ actions: ['LOGOUT', 'LOGIN_FAILED'] })).toEqual(['1'])
      expect(await find({ actions: [] })).toEqual([])
      expect(await find({ actorId: 'bob' })).toEqual(['2'])
      expect(await find({ subjectId: 'd' })).toEqual(['3'])
      expect(await find({ from: at(2) })).toEqual(['3', '2'])
      expect(await find({ until: at(2) })).toEqual(['1'])
      expect(await find({ from: at(2), until: at(3), actorId: 'bob' })).toEqual(['2'])
      expect(await find({ from: at(3), actorId: 'bob' })).toEqual([])
    })

    describe('purge()', () => {
      it('deletes what happened before, the oldest first, with where it came from, at most so many', async () => {
        const ages = { '1': 400, '2': 500, '3': 366, '4': 364 }
        for (const [id, age] of Object.entries(ages)) await audit.append(eventOf(id, { occurredAt: daysAgo(age) }))
        const before = daysAgo(365)
        expect(await audit.purge(before, 1)).toBe(1)
        expect(await find({})).toEqual(['4', '3', '1'])
        expect(await audit.purge(before, 100)).toBe(2)
        expect(await audit.purge(before, 100)).toBe(0)
        expect(await find({})).toEqual(['4'])
        const origins = await test.database.db.select().from(test.database.tables.auditOrigins)
        expect(origins.map(({ eventId }) => eventId)).toEqual(['4'])
      })

      it('leaves what happened at that very time', async () => {
        const occurredAt = daysAgo(365)
        await audit.append(eventOf('1', { occurredAt }))
        expect(await audit.purge(occurredAt, 100)).toBe(0)
        expect(await audit.purge(new Date(occurredAt.getTime() + 1), 100)).toBe(1)
      })

      it('is refused whole where it comes upon what is younger than ninety days', async () => {
        await audit.append(eventOf('1', { occurredAt: daysAgo(91) }))
        await audit.append(eventOf('2', { occurredAt: daysAgo(89) }))
        await expect(audit.purge(daysAgo(0), 100)).rejects.toBeInstanceOf(DatabaseError)
        expect(await find({})).toEqual(['2', '1'])
        expect(await audit.purge(daysAgo(90), 100)).toBe(1)
        expect(await find({})).toEqual(['2'])
      })
    })
  })
}
