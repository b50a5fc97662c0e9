import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConflictError } from '../../src/errors.ts'
import type { UserStore } from '../../src/identity/user.ts'
import type { TestDatabase } from '../support/database.ts'
import { type OpenDatabase, twentyTimes, userOf } from './fixtures.ts'

export function userStoreContract(open: OpenDatabase) {
  describe('UserStore', () => {
    let test: TestDatabase
    let users: UserStore

    beforeEach(async () => {
      test = await open()
      users = test.stores.users
    })
    afterEach(() => test.close())

    const everybody = { first: 100, after: null, search: null }
    const idsOf = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id)

    describe('create()', () => {
      it('keeps the user as it is, roles included', async () => {
        const ada = userOf('ada', { email: 'Ada@Example.COM', emailVerified: true, suspended: true, roles: ['MEMBER'] })
        await users.create(ada)
        expect(await users.find('ada')).toEqual(ada)
      })

      it('refuses an address that is taken, in any letter case, and keeps nothing of the second', async () => {
        await users.create(userOf('ada'))
        const second = users.create(userOf('eve', { email: 'ADA@example.com', roles: ['ADMIN'] }))
        await expect(second).rejects.toBeInstanceOf(ConflictError)
        await expect(second).rejects.toMatchObject({
          code: 'CONFLICT',
          message: 'An account with this address exists already: sign in with it, or use another address',
        })
        expect(await users.find('eve')).toBeNull()
        expect(await test.stores.roles.countActiveHolders('ADMIN')).toBe(0)
      })

      it('takes one of twenty who register one address at once', async () => {
        const results = await twentyTimes((index) =>
          users.create(userOf(`user-${index}`, { email: 'same@example.com', roles: ['MEMBER'] })),
        )
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
        expect(refusals.every((reason) => reason instanceof ConflictError)).toBe(true)
        expect(await users.countAll()).toBe(1)
        expect(await test.stores.roles.countActiveHolders('MEMBER')).toBe(1)
      })

      it('leaves a transaction whole whose work goes on after the refusal', async () => {
        await users.create(userOf('ada'))
        await test.database.transaction(async () => {
          await expect(users.create(userOf('eve', { email: 'ada@example.com' }))).rejects.toBeInstanceOf(ConflictError)
          await users.create(userOf('bob'))
        })
        expect(idsOf(await users.list(everybody))).toEqual(['ada', 'bob'])
      })
    })

    describe('find()', () => {
      it('gives null for an id that nobody has', async () => {
        await users.create(userOf('ada'))
        expect(await users.find('eve')).toBeNull()
      })
    })

    describe('findMany()', () => {
      it('gives those there are, each once, with all their roles', async () => {
        await users.create(userOf('ada', { roles: ['ADMIN', 'MEMBER'] }))
        await users.create(userOf('bob'))
        const found = await users.findMany(['ada', 'nobody', 'bob'])
        expect(found.map(({ id, roles }) => [id, [...roles].sort()]).sort()).toEqual([
          ['ada', ['ADMIN', 'MEMBER']],
          ['bob', []],
        ])
      })

      it('gives none for no ids', async () => {
        await users.create(userOf('ada'))
        expect(await users.findMany([])).toEqual([])
      })
    })

    describe('findByEmail()', () => {
      it('compares addresses in any letter case and by their composed form', async () => {
        await users.create(userOf('zoe', { email: 'Zoë@example.com' }))
        expect((await users.findByEmail('zoe\u0308@EXAMPLE.com'))?.id).toBe('zoe')
      })

      it('gives null for another address, and takes no character for a wildcard', async () => {
        await users.create(userOf('ada'))
        expect(await users.findByEmail('ada+tag@example.com')).toBeNull()
        expect(await users.findByEmail('%')).toBeNull()
      })
    })

    describe('rename()', () => {
      it('changes the name of one user and of nobody else', async () => {
        await users.create(userOf('ada'))
        await users.create(userOf('bob'))
        await users.rename('ada', 'Countess')
        expect((await users.find('ada'))?.name).toBe('Countess')
        expect((await users.find('bob'))?.name).toBe('Name of bob')
      })
    })

    describe('list()', () => {
      beforeEach(async () => {
        for (const id of ['c', 'a', 'b']) await users.create(userOf(id, { roles: ['MEMBER', 'EDITOR'] }))
      })

      it('gives the oldest first, page by page, whatever the number of their roles', async () => {
        const first = await users.list({ ...everybody, first: 2 })
        expect([idsOf(first), first.hasNextPage]).toEqual([['a', 'b'], true])
        const second = await users.list({ ...everybody, first: 2, after: 'b' })
        expect([idsOf(second), second.hasNextPage]).toEqual([['c'], false])
        expect(second.items[0]?.roles).toHaveLength(2)
      })

      it('has no next page when the last one is full', async () => {
        expect((await users.list({ ...everybody, first: 3 })).hasNextPage).toBe(false)
      })

      it('searches names and addresses in any letter case', async () => {
        await users.create(userOf('d', { name: 'ÉMILIE', email: 'chatelet@example.com' }))
        for (const search of ['émil', 'CHATELET', 'É'])
          expect(idsOf(await users.list({ ...everybody, search }))).toEqual(['d'])
      })

      it('takes %, _ and \\ of a search literally', async () => {
        await users.create(userOf('d', { name: '100% \\ under_score' }))
        for (const search of ['0%', 'r_s', '% \\ u']) {
          expect(idsOf(await users.list({ ...everybody, search }))).toEqual(['d'])
          expect(await users.count({ search })).toBe(1)
        }
        expect(await users.count({ search: 'r_x' })).toBe(0)
      })
    })

    describe('count() and countAll()', () => {
      it('count users, not their roles', async () => {
        expect(await users.countAll()).toBe(0)
        await users.create(userOf('ada', { roles: ['MEMBER', 'ADMIN'] }))
        await users.create(userOf('bob'))
        expect(await users.countAll()).toBe(2)
        expect(await users.count({ search: null })).toBe(2)
        expect(await users.count({ search: 'ADA' })).toBe(1)
      })
    })
  })
}
