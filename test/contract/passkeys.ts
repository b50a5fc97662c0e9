import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Passkey, PasskeyStore } from '../../src/identity/passkey/passkey.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, userOf, valuesOf } from './fixtures.ts'

export function passkeyStoreContract(open: OpenDatabase) {
  describe('PasskeyStore', () => {
    let test: TestDatabase
    let passkeys: PasskeyStore

    beforeEach(async () => {
      test = await open()
      passkeys = test.stores.passkeys
      await test.stores.users.create(userOf('ada'))
      await test.stores.users.create(userOf('bob'))
    })
    afterEach(() => test.close())

    const passkeyOf = (id: string, more: Partial<Passkey> = {}): Passkey => ({
      id,
      userId: 'ada',
      credentialId: `credential of ${id}`,
      publicKey: 'cG9zZQ',
      algorithm: -7,
      counter: 0,
      transports: ['internal', 'hybrid'],
      backedUp: false,
      name: 'Laptop',
      createdAt: at(0),
      lastUsedAt: null,
      ...more,
    })
    const useOf = (counter: number) => ({ counter, backedUp: true, at: at(5) })

    describe('listByUsers()', () => {
      it('gives what each of them has, oldest first, and nothing of others', async () => {
        await passkeys.create(passkeyOf('new', { createdAt: at(2) }))
        await passkeys.create(passkeyOf('bobs', { userId: 'bob', createdAt: at(1) }))
        await passkeys.create(passkeyOf('old', { createdAt: at(0) }))
        const idsOf = async (users: string[]) => (await passkeys.listByUsers(users)).map(({ id }) => id)
        expect(await idsOf(['ada', 'bob', 'nobody'])).toEqual(['old', 'bobs', 'new'])
        expect(await idsOf(['ada'])).toEqual(['old', 'new'])
        expect(await idsOf([])).toEqual([])
      })
    })

    describe('create()', () => {
      it('keeps the passkey as it is, with the greatest counter that there is', async () => {
        const passkey = passkeyOf('p', { counter: 2 ** 32 - 1, lastUsedAt: at(3), backedUp: true, transports: [] })
        expect(await passkeys.create(passkey)).toBe(true)
        expect(await passkeys.find('p')).toEqual(passkey)
        expect(await passkeys.findByCredentialId('credential of p')).toEqual(passkey)
      })

      it('is false for a credential that a user has already, and leaves it theirs', async () => {
        await passkeys.create(passkeyOf('p'))
        const stolen = passkeyOf('q', { userId: 'bob', credentialId: 'credential of p' })
        expect(await passkeys.create(stolen)).toBe(false)
        expect((await passkeys.findByCredentialId('credential of p'))?.userId).toBe('ada')
        expect(await passkeys.find('q')).toBeNull()
      })

      it('keeps a credential for one of twenty at once', async () => {
        const results = valuesOf(
          await twentyTimes((index) => passkeys.create(passkeyOf(`p${index}`, { credentialId: 'the same' }))),
        )
        expect(results).toHaveLength(20)
        expect(results.filter(Boolean)).toHaveLength(1)
      })

      it('refuses one of nobody', async () => {
        const created = passkeys.create(passkeyOf('p', { userId: 'nobody' }))
        await expect(created).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
      })
    })

    it('finds none by what no passkey has', async () => {
      await passkeys.create(passkeyOf('p'))
      expect(await passkeys.find('q')).toBeNull()
      expect(await passkeys.findByCredentialId('CREDENTIAL OF p')).toBeNull()
    })

    it("lists a user's, oldest first", async () => {
      await passkeys.create(passkeyOf('new', { createdAt: at(2) }))
      await passkeys.create(passkeyOf('old', { createdAt: at(1) }))
      await passkeys.create(passkeyOf('bobs', { userId: 'bob' }))
      expect((await passkeys.listByUser('ada')).map(({ id }) => id)).toEqual(['old', 'new'])
    })

    describe('recordUse()', () => {
      it('moves the counter on, and never back or to where it is', async () => {
        await passkeys.create(passkeyOf('p', { counter: 5 }))
        for (const counter of [5, 4, 0]) expect(await passkeys.recordUse('p', useOf(counter))).toBe(false)
        expect(await passkeys.find('p')).toEqual(passkeyOf('p', { counter: 5 }))
        expect(await passkeys.recordUse('p', useOf(6))).toBe(true)
        expect(await passkeys.find('p')).toMatchObject({ counter: 6, backedUp: true, lastUsedAt: at(5) })
      })

      it('takes a counter that stays 0 for one that counts nothing', async () => {
        await passkeys.create(passkeyOf('p'))
        expect(await passkeys.recordUse('p', useOf(0))).toBe(true)
        expect(await passkeys.recordUse('p', useOf(0))).toBe(true)
        expect(await passkeys.recordUse('p', useOf(1))).toBe(true)
        expect(await passkeys.recordUse('p', useOf(0))).toBe(false)
      })

      it('takes a count from one of twenty at once', async () => {
        await passkeys.create(passkeyOf('p', { counter: 5 }))
        const results = valuesOf(await twentyTimes(() => passkeys.recordUse('p', useOf(6))))
        expect(results).toHaveLength(20)
        expect(results.filter(Boolean)).toHaveLength(1)
      })
    })

    describe('rename(), delete() and deleteAll()', () => {
      it("change the user's own alone", async () => {
        await passkeys.create(passkeyOf('p'))
        await passkeys.create(passkeyOf('bobs', { userId: 'bob' }))
        const notHis = { id: 'p', userId: 'bob' }
        expect([await passkeys.rename(notHis, 'Mine'), await passkeys.delete(notHis)]).toEqual([false, false])
        expect(await passkeys.find('p')).toEqual(passkeyOf('p'))
        const hers = { id: 'p', userId: 'ada' }
        expect(await passkeys.rename(hers, 'Desk')).toBe(true)
        expect((await passkeys.find('p'))?.name).toBe('Desk')
        expect([await passkeys.delete(hers), await passkeys.delete(hers)]).toEqual([true, false])
        expect(await passkeys.deleteAll('ada')).toBe(0)
        expect(await passkeys.deleteAll('bob')).toBe(1)
        expect(await passkeys.find('bobs')).toBeNull()
      })
    })
  })
}
