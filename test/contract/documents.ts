import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AccessLevel, AccessSubject, Grantee } from '../../src/access/access-grant.ts'
import type { DocumentFilter, DocumentQuery, DocumentStore, Visibility } from '../../src/documents/document.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, documentOf, type OpenDatabase, twentyTimes, userOf } from './fixtures.ts'

export function documentStoreContract(open: OpenDatabase) {
  describe('DocumentStore', () => {
    let test: TestDatabase
    let documents: DocumentStore

    beforeEach(async () => {
      test = await open()
      documents = test.stores.documents
      await test.stores.users.create(userOf('ada'))
      await test.stores.users.create(userOf('bob', { email: 'Bob@Example.com', emailVerified: true }))
      await test.stores.users.create(userOf('eve'))
    })
    afterEach(() => test.close())

    const bob: AccessSubject = { id: 'bob', roles: ['MEMBER', 'EDITOR'] }
    const unfiltered: DocumentFilter = { search: null, ownerId: null, published: null, sharedWithMe: null }
    const accessTo = (access: AccessLevel): Visibility => ({
      kind: 'some',
      rules: [{ any: [{ owner: false, access }] }],
    })
    const share = (id: string, grantee: Grantee, level: AccessLevel) =>
      test.stores.accessGrants.put({
        id: `${id} ${JSON.stringify(grantee)}`,
        resource: { type: 'Document', id },
        grantee,
        level,
        grantedBy: 'ada',
        grantedAt: at(0),
      })
    /** The ids that a list gives over all its pages, having made sure that paging and counting agree with it. */
    const listAll = async (query: Partial<Omit<DocumentQuery, 'filter'>> & { filter?: Partial<DocumentFilter> }) => {
      const whole: DocumentQuery = {
        subject: bob,
        visibility: accessTo('READ'),
        ...query,
        filter: { ...unfiltered, ...query.filter },
      }
      const ids: string[] = []
      let after: string | null = null
      for (;;) {
        const page = await documents.list({ ...whole, first: 2, after })
        ids.push(...page.items.map(({ id }) => id))
        if (!page.hasNextPage) break
        after = page.items.at(-1)?.id ?? null
      }
      const { items } = await documents.list({ ...whole, first: 100, after: null })
      expect(items.map(({ id }) => id)).toEqual(ids)
      expect(await documents.count(whole)).toBe(ids.length)
      return ids
    }

    describe('create() and find()', () => {
      it('keep the document as it is', async () => {
        const document = documentOf('d', 'ada', { published: true, version: 3, updatedAt: at(7) })
        await documents.create(document)
        expect(await documents.find('d')).toEqual(document)
      })

      it('give null for an id that no document has', async () => {
        await documents.create(documentOf('d', 'ada'))
        expect(await documents.find('e')).toBeNull()
      })

      it('refuse a document of nobody', async () => {
        await expect(documents.create(documentOf('d', 'nobody'))).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
        expect(await documents.find('d')).toBeNull()
      })
    })

    describe('findMany()', () => {
      it('gives those there are, each once', async () => {
        for (const id of ['d', 'e', 'f']) await documents.create(documentOf(id, 'ada'))
        const found = await documents.findMany(['e', 'none', 'd', 'e'])
        expect(found.map(({ id }) => id).sort()).toEqual(['d', 'e'])
        expect(await documents.findMany([])).toEqual([])
      })
    })

    describe('findAccessible()', () => {
      const levels = ['READ', 'WRITE', 'MANAGE'] as const
      const levelsOf = async (subject: AccessSubject) => {
        const answers = await Promise.all(levels.map((level) => documents.findAccessible(subject, level, ['d'])))
        return levels.filter((_, index) => answers[index]?.length === 1)
      }
      const cases: { to: string; grantee: Grantee; counts: boolean }[] = [
        { to: 'the user', grantee: { kind: 'USER', userId: 'bob' }, counts: true },
        { to: 'another user', grantee: { kind: 'USER', userId: 'eve' }, counts: false },
        { to: 'a role they hold', grantee: { kind: 'ROLE', role: 'EDITOR' }, counts: true },
        { to: 'a role they do not hold', grantee: { kind: 'ROLE', role: 'ADMIN' }, counts: false },
        { to: 'everyone', grantee: { kind: 'EVERYONE' }, counts: true },
        { to: 'their verified address', grantee: { kind: 'INVITEE', email: 'BOB@example.com' }, counts: true },
        { to: 'another address', grantee: { kind: 'INVITEE', email: 'eve@example.com' }, counts: false },
        { to: 'an address that spells their id', grantee: { kind: 'INVITEE', email: 'bob' }, counts: false },
      ]

      beforeEach(() => documents.create(documentOf('d', 'ada')))

      it('gives the owner every level, and nobody else any', async () => {
        expect(await levelsOf({ id: 'ada', roles: [] })).toEqual(levels)
        expect(await levelsOf(bob)).toEqual([])
      })

      it('gives READ alone of a published document', async () => {
        await documents.update('d', { published: true }, null, at(1))
        expect(await levelsOf(bob)).toEqual(['READ'])
      })

      for (const { to, grantee, counts } of cases)
        it(`${counts ? 'counts' : 'does not count'} a grant to ${to}`, async () => {
          await share('d', grantee, 'WRITE')
          expect(await levelsOf(bob)).toEqual(counts ? ['READ', 'WRITE'] : [])
          expect(await listAll({})).toEqual(counts ? ['d'] : [])
        })

      it('does not count a grant to an address that is not verified', async () => {
        await share('d', { kind: 'INVITEE', email: 'eve@example.com' }, 'READ')
        expect(await levelsOf({ id: 'eve', roles: ['MEMBER'] })).toEqual([])
      })

      it('does not take a user for a role of the same name', async () => {
        await test.stores.users.create(userOf('ADMIN'))
        await share('d', { kind: 'ROLE', role: 'ADMIN' }, 'READ')
        expect(await levelsOf({ id: 'ADMIN', roles: ['*'] })).toEqual([])
      })

      it('does not count a grant of another document', async () => {
        await documents.create(documentOf('e', 'ada'))
        await share('e', { kind: 'EVERYONE' }, 'MANAGE')
        expect(await levelsOf(bob)).toEqual([])
        expect(await documents.findAccessible(bob, 'READ', ['d', 'e', 'none'])).toEqual(['e'])
      })

      it('decides batches of every size alike', async () => {
        const ids = Array.from({ length: 33 }, (_, index) => `n${String(index).padStart(2, '0')}`)
        for (const [index, id] of ids.entries()) await documents.create(documentOf(id, index % 2 ? 'ada' : 'bob'))
        for (const size of [1, 2, 3, 16, 17, 33]) {
          const asked = ids.slice(0, size)
          const owned = asked.filter((_, index) => index % 2 === 0)
          expect((await documents.findAccessible(bob, 'READ', asked)).sort()).toEqual(owned)
        }
        expect(await documents.findAccessible(bob, 'READ', [])).toEqual([])
      })

      it('refuses a level that does not exist, rather than allow it', async () => {
        await share('d', { kind: 'EVERYONE' }, 'READ')
        const unknown = 'NONE' as AccessLevel
        await expect(documents.findAccessible(bob, unknown, ['d'])).rejects.toBeInstanceOf(TypeError)
        const visibility = accessTo(unknown)
        const query = { subject: bob, visibility, filter: unfiltered }
        await expect(documents.list({ ...query, first: 1, after: null })).rejects.toBeInstanceOf(TypeError)
      })
    })

    describe('list() and count()', () => {
      /** Letters tell who may read: o Bob's own, p published, u, r, i, e by grant; x nobody but Ada. */
      beforeEach(async () => {
        for (const id of ['1x', '2e', '3i', '4r', '5u', '6p', '7o', '8x'])
          await documents.create(documentOf(id, id === '7o' ? 'bob' : 'ada', { published: id === '6p' }))
        await share('2e', { kind: 'EVERYONE' }, 'READ')
        await share('3i', { kind: 'INVITEE', email: 'bob@example.com' }, 'WRITE')
        await share('4r', { kind: 'ROLE', role: 'EDITOR' }, 'MANAGE')
        await share('4r', { kind: 'ROLE', role: 'MEMBER' }, 'READ')
        await share('5u', { kind: 'USER', userId: 'bob' }, 'WRITE')
        await share('5u', { kind: 'EVERYONE' }, 'READ')
      })

      it('give the newest first, each once however many ways lead to it', async () => {
        expect(await listAll({})).toEqual(['7o', '6p', '5u', '4r', '3i', '2e'])
      })

      it('give what the level asked for allows', async () => {
        expect(await listAll({ visibility: accessTo('WRITE') })).toEqual(['7o', '5u', '4r', '3i'])
        expect(await listAll({ visibility: accessTo('MANAGE') })).toEqual(['7o', '4r'])
      })

      it('agree with findAccessible()', async () => {
        const subjects = [
          bob,
          { id: 'ada', roles: ['ADMIN'] },
          { id: 'eve', roles: ['MEMBER'] },
          { id: 'x', roles: [] },
        ]
        const every = await listAll({ visibility: { kind: 'all' } })
        for (const subject of subjects)
          for (const level of ['READ', 'WRITE', 'MANAGE'] as const) {
            const accessible = await documents.findAccessible(subject, level, every)
            const listed = await listAll({ subject, visibility: accessTo(level) })
            expect(listed).toEqual(accessible.sort().reverse())
          }
      })

      it('give everything where all is visible, nothing where nothing is', async () => {
        expect(await listAll({ visibility: { kind: 'all' } })).toHaveLength(8)
        expect(await listAll({ visibility: { kind: 'none' } })).toEqual([])
      })

      it('give nothing for rules without a way to hold', async () => {
        const nothing: Visibility[] = [
          { kind: 'some', rules: [] },
          { kind: 'some', rules: [{ any: [] }] },
          { kind: 'some', rules: [{ any: [{ owner: false, access: null }] }] },
          { kind: 'some', rules: [{ any: [{ owner: true, access: null }] }, { any: [] }] },
          { kind: 'other' } as unknown as Visibility,
        ]
        for (const visibility of nothing) expect(await listAll({ visibility })).toEqual([])
      })

      it('hold every rule, by one of its ways, with all that the way names', async () => {
        const owner = { owner: true, access: null }
        const write = { owner: false, access: 'WRITE' } as const
        const ownerWho = { owner: true, access: 'MANAGE' } as const
        const seen = (...rules: Extract<Visibility, { kind: 'some' }>['rules']) =>
          listAll({ visibility: { kind: 'some', rules } })
        expect(await seen({ any: [owner] })).toEqual(['7o'])
        expect(await seen({ any: [ownerWho] })).toEqual(['7o'])
        expect(await seen({ any: [owner, write] })).toEqual(['7o', '5u', '4r', '3i'])
        expect(await seen({ any: [write] }, { any: [owner] })).toEqual(['7o'])
        expect(await seen({ any: [owner] }, { any: [write] })).toEqual(['7o'])
        expect(await seen({ any: [write] }, { any: [{ owner: false, access: 'MANAGE' }] })).toEqual(['7o', '4r'])
      })

      it('filter by owner and by publication within what is visible', async () => {
        expect(await listAll({ filter: { ownerId: 'bob' } })).toEqual(['7o'])
        expect(await listAll({ filter: { ownerId: 'ada' } })).toEqual(['6p', '5u', '4r', '3i', '2e'])
        expect(await listAll({ filter: { published: true } })).toEqual(['6p'])
        expect(await listAll({ filter: { published: false } })).toEqual(['7o', '5u', '4r', '3i', '2e'])
        expect(await listAll({ filter: { published: true, ownerId: 'bob' } })).toEqual([])
      })

      it('filter by what others share with the viewer', async () => {
        await share('7o', { kind: 'EVERYONE' }, 'READ')
        expect(await listAll({ filter: { sharedWithMe: true } })).toEqual(['5u', '4r', '3i', '2e'])
        expect(await listAll({ filter: { sharedWithMe: false } })).toEqual(['7o', '6p'])
        const visibility: Visibility = { kind: 'all' }
        expect(await listAll({ visibility, filter: { sharedWithMe: true } })).toEqual(['5u', '4r', '3i', '2e'])
        expect(await listAll({ visibility, filter: { sharedWithMe: false } })).toEqual(['8x', '7o', '6p', '1x'])
        const mine: Visibility = { kind: 'some', rules: [{ any: [{ owner: true, access: null }] }] }
        expect(await listAll({ visibility: mine, filter: { sharedWithMe: true } })).toEqual([])
        // What is shared is readable, and not for that more than readable.
        const write = accessTo('WRITE')
        expect(await listAll({ visibility: write, filter: { sharedWithMe: true } })).toEqual(['5u', '4r', '3i'])
        const ownerRead: Visibility = { kind: 'some', rules: [{ any: [{ owner: true, access: 'READ' }] }] }
        expect(await listAll({ visibility: ownerRead, filter: { sharedWithMe: true } })).toEqual([])
        const readAndWrite: Visibility = {
          kind: 'some',
          rules: [{ any: [{ owner: false, access: 'READ' }] }, { any: [{ owner: false, access: 'WRITE' }] }],
        }
        expect(await listAll({ visibility: readAndWrite, filter: { sharedWithMe: true } })).toEqual(['5u', '4r', '3i'])
        const readOrOwner: Visibility = {
          kind: 'some',
          rules: [
            {
              any: [
                { owner: true, access: null },
                { owner: false, access: 'READ' },
              ],
            },
          ],
        }
        const sharedCount = { subject: bob, visibility: readOrOwner, filter: { ...unfiltered, sharedWithMe: true } }
        expect(await documents.count(sharedCount)).toBe(4)
      })

      it('search title and body in any letter case, and nothing that is not visible', async () => {
        await documents.update('6p', { title: 'ÄRGER 100%' }, null, at(1))
        await documents.update('5u', { body: 'an under_score and a \\ in ärger' }, null, at(1))
        await documents.update('8x', { title: 'Ärger' }, null, at(1))
        expect(await listAll({ filter: { search: 'ärger' } })).toEqual(['6p', '5u'])
        expect(await listAll({ filter: { search: '0%' } })).toEqual(['6p'])
        expect(await listAll({ filter: { search: 'R_S' } })).toEqual(['5u'])
        expect(await listAll({ filter: { search: 'A \\ I' } })).toEqual(['5u'])
        expect(await listAll({ filter: { search: '_' } })).toEqual(['5u'])
      })

      it('go on after a document that is gone', async () => {
        await documents.delete('6p')
        const query = { subject: bob, visibility: accessTo('READ'), filter: unfiltered }
        const page = await documents.list({ ...query, first: 2, after: '6p' })
        expect(page.items.map(({ id }) => id)).toEqual(['5u', '4r'])
      })

      it('forget a grant as soon as it is withdrawn', async () => {
        await test.stores.accessGrants.removeAll({ type: 'Document', id: '5u' })
        expect(await listAll({})).toEqual(['7o', '6p', '4r', '3i', '2e'])
      })
    })

    describe('update()', () => {
      beforeEach(() => documents.create(documentOf('d', 'ada')))

      it('changes what it is given and counts the version up', async () => {
        const changed = { ...documentOf('d', 'ada'), title: 'New', version: 2, updatedAt: at(5) }
        expect(await documents.update('d', { title: 'New' }, 1, at(5))).toEqual(changed)
        expect(await documents.find('d')).toEqual(changed)
        const published = { ...changed, published: true, body: 'More', version: 3, updatedAt: at(6) }
        expect(await documents.update('d', { published: true, body: 'More' }, null, at(6))).toEqual(published)
      })

      it('changes nothing at another version than expected', async () => {
        expect(await documents.update('d', { title: 'New' }, 2, at(5))).toBeNull()
        expect(await documents.find('d')).toEqual(documentOf('d', 'ada'))
      })

      it('gives null where there is no document', async () => {
        expect(await documents.update('e', { title: 'New' }, null, at(5))).toBeNull()
      })

      it('takes one of twenty that expect the same version', async () => {
        const results = await twentyTimes((index) => documents.update('d', { title: `Title ${index}` }, 1, at(index)))
        const winners = results.flatMap((result) =>
          result.status === 'fulfilled' && result.value ? [result.value] : [],
        )
        expect(winners).toHaveLength(1)
        expect(await documents.find('d')).toEqual(winners[0])
        expect(winners[0]?.version).toBe(2)
      })
    })

    describe('delete()', () => {
      it('deletes one document', async () => {
        for (const id of ['d', 'e']) await documents.create(documentOf(id, 'ada'))
        expect(await documents.delete('d')).toBe(true)
        expect(await documents.find('d')).toBeNull()
        expect(await documents.find('e')).not.toBeNull()
      })

      it('deletes all that a user owns, and gives their ids', async () => {
        for (const id of ['d', 'e']) await documents.create(documentOf(id, 'ada'))
        await documents.create(documentOf('f', 'bob'))
        expect((await documents.deleteByOwner('ada')).sort()).toEqual(['d', 'e'])
        expect(await documents.deleteByOwner('ada')).toEqual([])
        expect((await documents.findMany(['d', 'e', 'f'])).map(({ id }) => id)).toEqual(['f'])
      })

      it('is false when there is none', async () => {
        expect(await documents.delete('d')).toBe(false)
      })
    })
  })
}
