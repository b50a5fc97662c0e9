import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RoleStore } from '../../src/access/role-store.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, userOf } from './fixtures.ts'

export function roleStoreContract(open: OpenDatabase) {
  describe('RoleStore', () => {
    let test: TestDatabase
    let roles: RoleStore

    beforeEach(async () => {
      test = await open()
      roles = test.stores.roles
      await test.stores.users.create(userOf('ada'))
      await test.stores.users.create(userOf('bob'))
    })
    afterEach(() => test.close())

    const rolesOf = async (id: string) => (await test.stores.users.find(id))?.roles

    it('assigns a role once', async () => {
      expect(await roles.assign('ada', 'ADMIN', 'bob', at(0))).toBe(true)
      expect(await roles.assign('ada', 'ADMIN', null, at(1))).toBe(false)
      expect(await rolesOf('ada')).toEqual(['ADMIN'])
      expect(await rolesOf('bob')).toEqual([])
    })

    it('assigns none to nobody', async () => {
      await expect(roles.assign('nobody', 'ADMIN', null, at(0))).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
      expect(await roles.countActiveHolders('ADMIN')).toBe(0)
    })

    it('assigns for one of twenty at once', async () => {
      const results = await twentyTimes(() => roles.assign('ada', 'EDITOR', null, at(0)))
      expect(results.filter((result) => result.status === 'fulfilled' && result.value)).toHaveLength(1)
      expect(await rolesOf('ada')).toEqual(['EDITOR'])
    })

    it('withdraws the role that is held, of that user alone', async () => {
      for (const id of ['ada', 'bob']) await roles.assign(id, 'ADMIN', null, at(0))
      await roles.assign('ada', 'MEMBER', null, at(0))
      expect(await roles.withdraw('ada', 'ADMIN')).toBe(true)
      expect(await rolesOf('ada')).toEqual(['MEMBER'])
      expect(await rolesOf('bob')).toEqual(['ADMIN'])
    })

    it('withdraws nothing that is not held', async () => {
      await roles.assign('ada', 'MEMBER', null, at(0))
      expect(await roles.withdraw('ada', 'ADMIN')).toBe(false)
      expect(await rolesOf('ada')).toEqual(['MEMBER'])
    })

    it('counts holders who are not suspended', async () => {
      await test.stores.users.create(userOf('eve', { suspended: true, roles: ['ADMIN'] }))
      await roles.assign('ada', 'ADMIN', null, at(0))
      await roles.assign('bob', 'EDITOR', null, at(0))
      expect(await roles.countActiveHolders('ADMIN')).toBe(1)
      expect(await roles.countActiveHolders('MEMBER')).toBe(0)
    })

    it('keeps the last holder when all withdraw at once, each deciding in a transaction', async () => {
      const holders = Array.from({ length: 20 }, (_, index) => `admin-${index}`)
      for (const id of holders) await test.stores.users.create(userOf(id, { roles: ['ADMIN'] }))
      const withdrawals = await Promise.allSettled(
        holders.map((id) =>
          test.database.transaction(async () => {
            await roles.withdraw(id, 'ADMIN')
            if ((await roles.countActiveHolders('ADMIN')) === 0) throw new Error('the last one')
          }),
        ),
      )
      expect(withdrawals.filter(({ status }) => status === 'rejected')).toHaveLength(1)
      expect(await roles.countActiveHolders('ADMIN')).toBe(1)
    })
  })
}
