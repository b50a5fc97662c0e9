import { asc, desc, gt, lt } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalEmail } from '../../src/identity/user.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, documentOf, type OpenDatabase, sessionOf, userOf } from './fixtures.ts'

/** What databases disagree on unless they are told: texts, their order and their case, and time. */
export function semanticsContract(open: OpenDatabase) {
  describe('texts and times', () => {
    let test: TestDatabase

    beforeEach(async () => {
      test = await open()
    })
    afterEach(() => test.close())

    const everybody = { first: 100, after: null, search: null }
    const idsOf = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id)
    const search = async (text: string) => idsOf(await test.stores.users.list({ ...everybody, search: text }))

    it('order texts by their code points, and no language by its own', async () => {
      // Every pair stands the other way round in some language, or with punctuation or letter case left aside.
      const ordered = [
        '!',
        '-a',
        '0',
        '10',
        '9',
        'A',
        'B',
        'Z',
        '_',
        'a',
        'a b',
        'a-c',
        'ab',
        'b',
        'é',
        'я',
        '中',
        '\u{1F600}',
      ]
      for (const id of ordered.toReversed())
        await test.stores.users.create(userOf(id, { email: `${Buffer.from(id).toString('hex')}@example.com` }))
      expect(idsOf(await test.stores.users.list(everybody))).toEqual(ordered)
      for (const [position, after] of ordered.entries())
        expect(idsOf(await test.stores.users.list({ ...everybody, after }))).toEqual(ordered.slice(position + 1))
      const { db, tables } = test.database
      const { users } = tables
      const newest = await db.select({ id: users.id }).from(users).where(lt(users.id, 'a')).orderBy(desc(users.id))
      expect(newest.map(({ id }) => id)).toEqual(ordered.slice(0, ordered.indexOf('a')).reverse())
    })

    it('take texts for the same only if every code point is, case and accents included', async () => {
      for (const id of ['a', 'A', 'á', 'a\u0301', 'a ', ' a', 'ａ'])
        await test.stores.users.create(userOf(id, { email: `${Buffer.from(id).toString('hex')}@example.com` }))
      expect(await test.stores.users.countAll()).toBe(7)
      expect((await test.stores.users.find('a'))?.id).toBe('a')
      expect((await test.stores.users.find('A'))?.id).toBe('A')
      expect(await test.stores.users.find('a  ')).toBeNull()
    })

    it('fold case in every alphabet, as toLowerCase() does', async () => {
      const names = ['ÄRGER', 'ΟΔΥΣΣΕΥΣ', 'ЩИТ', 'İSTANBUL', 'ՀԱՅ', 'ẞ', 'ǅ', 'Ａ']
      for (const [index, name] of names.entries()) await test.stores.users.create(userOf(`${index}`, { name }))
      for (const [index, name] of names.entries()) {
        expect(await search(name.toLowerCase())).toContain(`${index}`)
        expect(await search(name)).toContain(`${index}`)
      }
      // Folded, never compared loosely.
      expect(await search('arger')).toEqual([])
      expect(await search('ss')).toEqual([])
    })

    it('find the mails of an address in whatever case they were written to', async () => {
      const user = userOf('zoe', { email: 'ZOË@Example.com' })
      await test.stores.users.create(user)
      for (const [id, toAddress] of [
        ['mine', 'Zoë@EXAMPLE.com'],
        ['another', 'zoe@example.com'],
      ] as const)
        await test.stores.mails.enqueue({
          id,
          userId: null,
          toAddress,
          template: 't',
          sealedData: 's',
          createdAt: at(0),
        })
      expect(canonicalEmail('Zoë@EXAMPLE.com')).toBe(canonicalEmail(user.email))
      const { mails } = await test.stores.personalRecords.collect(user)
      expect(mails).toMatchObject([{ toAddress: 'Zoë@EXAMPLE.com' }])
    })

    it('match wildcards and backslashes of a search as they stand, in long texts and short ones', async () => {
      await test.stores.users.create(userOf('long', { name: `${'x'.repeat(50_000)}%_\\end` }))
      expect(await search('%_\\END')).toEqual(['long'])
      expect(await search('x%e')).toEqual([])
      expect(await search('_nd')).toEqual([])
      expect(await search('\\')).toEqual(['long'])
      expect(await search('\\\\')).toEqual([])
    })

    it('find nothing by a U+0000 or half a surrogate pair, rather than fail', async () => {
      await test.stores.users.create(userOf('a'))
      for (const text of ['\0', 'a\0', '\ud800']) {
        expect(await search(text)).toEqual([])
        expect(await test.stores.users.find(text)).toBeNull()
        expect(await test.stores.users.findByEmail(text)).toBeNull()
        expect(await test.stores.documents.find(text)).toBeNull()
      }
    })

    it('keep texts as they are, of every plane and with every line end', async () => {
      await test.stores.users.create(userOf('a'))
      const body = `\t\r\n\u0001\u007f "'\`\\ $1 ? :x \u2028 \u{1F469}\u200d\u{1F680} e\u0301 \u{10FFFF}${'é'.repeat(9_000)}`
      await test.stores.documents.create(documentOf('d', 'a', { body }))
      expect((await test.stores.documents.find('d'))?.body).toBe(body)
    })

    it('keep instants to the millisecond, and compare them so', async () => {
      const instants = [
        '1969-12-31T23:59:59.999Z',
        '2026-03-29T01:30:00.001Z',
        '2026-10-25T00:59:59.999Z',
        '9999-12-31T23:59:59.999Z',
      ]
      const { documents, users } = test.stores
      await users.create(userOf('a'))
      for (const instant of instants) {
        await documents.create(documentOf(instant, 'a', { createdAt: new Date(instant), updatedAt: new Date(instant) }))
        expect((await documents.find(instant))?.createdAt).toEqual(new Date(instant))
      }
      const { db, tables } = test.database
      const since = await db
        .select({ id: tables.documents.id })
        .from(tables.documents)
        .where(gt(tables.documents.createdAt, new Date('2026-03-29T01:30:00.000Z')))
        .orderBy(asc(tables.documents.createdAt))
      expect(since.map(({ id }) => id)).toEqual(instants.slice(1))
    })

    it('compare with instants at which no calendar agrees', async () => {
      const filter = { actions: null, actorId: null, subjectId: null }
      await test.stores.audit.append({
        id: 'e',
        action: 'LOGIN_SUCCEEDED',
        actorId: null,
        subject: null,
        detail: null,
        occurredAt: at(0),
        ipAddress: null,
        userAgent: null,
      })
      const count = (from: string | number, until: string | number) =>
        test.stores.audit.count({ filter: { ...filter, from: new Date(from), until: new Date(until) } })
      expect(await count('0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z')).toBe(1)
      expect(await count(-8.64e15, 8.64e15)).toBe(1)
      expect(await count(-8.64e15, '0000-01-01T00:00:00.000Z')).toBe(0)
      expect(await count('+010000-01-01T00:00:00.000Z', 8.64e15)).toBe(0)
    })

    it('keep lists, and the difference between an empty one and none', async () => {
      const { users, sessions } = test.stores
      await users.create(userOf('a'))
      await sessions.create(sessionOf('none', 'a', { permissions: null }))
      await sessions.create(sessionOf('empty', 'a', { permissions: [] }))
      await sessions.create(sessionOf('some', 'a', { permissions: ['b', 'a', '"\\ü'] }))
      expect((await sessions.find('none', at(1)))?.permissions).toBeNull()
      expect((await sessions.find('empty', at(1)))?.permissions).toEqual([])
      expect((await sessions.find('some', at(1)))?.permissions).toEqual(['b', 'a', '"\\ü'])
    })
  })
}
