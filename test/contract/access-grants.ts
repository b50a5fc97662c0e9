import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AccessGrant, AccessGrantStore, Grantee } from '../../src/access/access-grant.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, userOf } from './fixtures.ts'

export function accessGrantStoreContract(open: OpenDatabase) {
  describe('AccessGrantStore', () => {
    let test: TestDatabase
    let grants: AccessGrantStore

    beforeEach(async () => {
      test = await open()
      grants = test.stores.accessGrants
      await test.stores.users.create(userOf('ada'))
      await test.stores.users.create(userOf('bob'))
    })
    afterEach(() => test.close())

    const resource = { type: 'Document', id: 'd' } as const
    const bob: Grantee = { kind: 'USER', userId: 'bob' }
    const grantOf = (id: string, more: Partial<AccessGrant> = {}): AccessGrant => ({
      id,
      resource,
      grantee: bob,
      level: 'READ',
      grantedBy: 'ada',
      grantedAt: at(0),
      ...more,
    })
    const list = (...ids: string[]) => grants.list('Document', ids)

    describe('put()', () => {
      it('keeps a grant for every kind of grantee as it is', async () => {
        const kinds: Grantee[] = [
          bob,
          { kind: 'INVITEE', email: 'guest@example.com' },
          { kind: 'ROLE', role: 'EDITOR' },
          { kind: 'EVERYONE' },
        ]
        const made = kinds.map((grantee, index) => grantOf(`g${index}`, { grantee, level: 'MANAGE' }))
        for (const grant of made) expect(await grants.put(grant)).toEqual(grant)
        expect(await list('d')).toEqual(made)
      })

      it('changes level, grantor and time of the one that the grantee has', async () => {
        await grants.put(grantOf('first'))
        const change = grantOf('second', { level: 'WRITE', grantedBy: null, grantedAt: at(9) })
        const standing = { ...change, id: 'first' }
        expect(await grants.put(change)).toEqual(standing)
        expect(await list('d')).toEqual([standing])
      })

      it('takes addresses that differ in letter case for one grantee', async () => {
        await grants.put(grantOf('first', { grantee: { kind: 'INVITEE', email: 'Guest@Example.com' } }))
        await grants.put(grantOf('second', { grantee: { kind: 'INVITEE', email: 'guest@example.com' } }))
        expect((await list('d')).map(({ id }) => id)).toEqual(['first'])
      })

      it('makes one grant when twenty are put at once', async () => {
        await twentyTimes((index) => grants.put(grantOf(`g${index}`)))
        expect(await list('d')).toHaveLength(1)
      })

      it('refuses a grant to a user who does not exist', async () => {
        const grant = grantOf('g', { grantee: { kind: 'USER', userId: 'nobody' } })
        await expect(grants.put(grant)).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
        expect(await list('d')).toEqual([])
      })
    })

    describe('remove()', () => {
      it('removes the grant of one grantee to one resource', async () => {
        await grants.put(grantOf('g'))
        await grants.put(grantOf('other grantee', { grantee: { kind: 'EVERYONE' } }))
        await grants.put(grantOf('other resource', { resource: { type: 'Document', id: 'e' } }))
        expect(await grants.remove(resource, bob)).toBe(true)
        expect((await list('d', 'e')).map(({ id }) => id)).toEqual(['other grantee', 'other resource'])
      })

      it('finds an invitee in any letter case', async () => {
        await grants.put(grantOf('g', { grantee: { kind: 'INVITEE', email: 'guest@example.com' } }))
        expect(await grants.remove(resource, { kind: 'INVITEE', email: 'GUEST@example.com' })).toBe(true)
      })

      it('is false when there is none, and removes nothing', async () => {
        await grants.put(grantOf('g'))
        expect(await grants.remove(resource, { kind: 'USER', userId: 'ada' })).toBe(false)
        expect(await grants.remove(resource, { kind: 'INVITEE', email: 'bob' })).toBe(false)
        expect(await list('d')).toHaveLength(1)
      })
    })

    describe('removeAll()', () => {
      it('removes every grant of the resource and of no other', async () => {
        await grants.put(grantOf('g'))
        await grants.put(grantOf('h', { grantee: { kind: 'EVERYONE' } }))
        await grants.put(grantOf('other', { resource: { type: 'Document', id: 'e' } }))
        await grants.removeAll(resource)
        expect((await list('d', 'e')).map(({ id }) => id)).toEqual(['other'])
      })
    })

    describe('list()', () => {
      it('gives those of one grantee, and removes them, wherever they are and nobody else’s', async () => {
        const guest: Grantee = { kind: 'INVITEE', email: 'guest@example.com' }
        const other = { type: 'Document', id: 'e' } as const
        const [first, second] = [grantOf('g1'), grantOf('g2', { resource: other })]
        for (const grant of [second, first, grantOf('g3', { grantee: guest })]) await grants.put(grant)
        expect(await grants.listByGrantee(bob)).toEqual([first, second])
        expect(await grants.listByGrantee({ kind: 'USER', userId: 'ada' })).toEqual([])
        expect(
          (await grants.listByGrantee({ kind: 'INVITEE', email: 'Guest@example.com' })).map(({ id }) => id),
        ).toEqual(['g3'])
        await grants.removeGrantee(bob)
        expect((await list('d', 'e')).map(({ id }) => id)).toEqual(['g3'])
      })

      it('removes those on several resources, however many, and on no other', async () => {
        for (const id of ['d', 'e', 'f']) await grants.put(grantOf(`on ${id}`, { resource: { type: 'Document', id } }))
        const many = Array.from({ length: 1200 }, (_, index) => `none-${index}`)
        await grants.removeAllOf('Document', ['d', ...many, 'e'])
        expect((await list('d', 'e', 'f')).map(({ id }) => id)).toEqual(['on f'])
      })

      it('gives the grants of the resources asked for, oldest first', async () => {
        await grants.put(grantOf('2'))
        await grants.put(grantOf('1', { resource: { type: 'Document', id: 'e' } }))
        await grants.put(grantOf('3', { resource: { type: 'Document', id: 'f' } }))
        expect((await list('d', 'e', 'none')).map(({ id }) => id)).toEqual(['1', '2'])
        expect(await list()).toEqual([])
      })
    })
  })
}
