import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AccountStore } from '../../src/identity/account-store.ts'
import type { User } from '../../src/identity/user.ts'
import type { TestDatabase } from '../support/database.ts'
import { keepEverythingOf, secretTraces, traces } from '../support/whole-person.ts'
import { at, type OpenDatabase, twentyTimes, userOf, valuesOf } from './fixtures.ts'

export function accountStoreContract(open: OpenDatabase) {
  describe('AccountStore', () => {
    let test: TestDatabase
    let accounts: AccountStore
    const ada = userOf('ada', { email: 'Ada@Example.com', roles: ['MEMBER'] })
    const bob = userOf('bob')

    beforeEach(async () => {
      test = await open()
      accounts = test.stores.accounts
      for (const user of [ada, bob]) await test.stores.users.create(user)
    })
    afterEach(() => test.close())

    const isSuspended = async (id: string) => (await test.stores.users.find(id))?.suspended
    const count = async (name: 'mails' | 'oneTimeSecrets' | 'sessions') => {
      const rows = await test.database.db.select().from(test.database.tables[name])
      return rows.length
    }

    it('suspends an account, for one of twenty at once, and no other', async () => {
      expect(valuesOf(await twentyTimes(() => accounts.suspend('ada', at(0)))).filter(Boolean)).toHaveLength(1)
      expect([await isSuspended('ada'), await isSuspended('bob')]).toEqual([true, false])
      expect(await accounts.suspend('nobody', at(0))).toBe(false)
    })

    it('reinstates a suspended account, for one of twenty at once, and no other', async () => {
      for (const id of ['ada', 'bob']) await accounts.suspend(id, at(0))
      expect(valuesOf(await twentyTimes(() => accounts.reinstate('ada'))).filter(Boolean)).toHaveLength(1)
      expect([await isSuspended('ada'), await isSuspended('bob')]).toEqual([false, true])
      expect(await accounts.reinstate('nobody')).toBe(false)
    })

    it('deletes an account, for one of twenty at once, and its address is free again', async () => {
      expect(valuesOf(await twentyTimes(() => accounts.delete(ada))).filter(Boolean)).toHaveLength(1)
      expect(await test.stores.users.find('ada')).toBeNull()
      expect(await test.stores.users.find('bob')).toEqual(bob)
      await test.stores.users.create(userOf('eve', { email: 'ada@example.com' }))
    })

    it('deletes mails to its addresses and its one-time secrets, and nobody else’s', async () => {
      await keepEverythingOf(test.stores, ada, bob, at(0))
      const { mails, oneTimeSecrets } = test.stores
      const mail = { template: 'x', sealedData: 'sealed', createdAt: at(0) }
      await mails.enqueue({ ...mail, id: 'm', userId: bob.id, toAddress: bob.email })
      const secret = { secretHash: 'h', bindingHash: null, sealedData: null, attemptsLeft: 1, consumedAt: null }
      const made = { purpose: 'EMAIL_CHANGE', createdAt: at(0), expiresAt: at(9), ...secret } as const
      // Bob wants an address that Ada has: that is still his own affair.
      await oneTimeSecrets.create({ ...made, id: 's', userId: bob.id, address: 'ada@example.com' })
      expect([await count('mails'), await count('oneTimeSecrets'), await count('sessions')]).toEqual([4, 3, 2])
      await test.stores.documents.deleteByOwner(ada.id)
      await accounts.delete(ada)
      expect([await count('mails'), await count('oneTimeSecrets'), await count('sessions')]).toEqual([1, 1, 0])
    })

    it('deletes mails that were about it, whatever their address, and not those to addresses that it had once', async () => {
      const mail = { template: 'x', sealedData: 'sealed', createdAt: at(0) }
      const rows = [
        { id: 'earlier', userId: ada.id, toAddress: 'ada@earlier.example' },
        { id: 'wanted', userId: ada.id, toAddress: 'ada@wanted.example' },
        { id: 'unknown', userId: null, toAddress: ada.email.toUpperCase() },
        { id: 'reused', userId: bob.id, toAddress: 'ada@earlier.example' },
        { id: 'nobody', userId: null, toAddress: 'ada@earlier.example' },
      ]
      for (const row of rows) await test.stores.mails.enqueue({ ...mail, ...row })
      await test.stores.mails.markSent(await leaseFirst(), at(2))
      await accounts.delete(ada)
      const { db, tables } = test.database
      const left = await db.select({ id: tables.mails.id }).from(tables.mails)
      expect(left.map(({ id }) => id).toSorted()).toEqual(['nobody', 'reused'])
    })

    const leaseFirst = async () => {
      const [first] = await test.stores.mails.lease({ now: at(1), until: at(60), limit: 1 })
      if (!first) throw new Error('There should be a mail that is due')
      return first
    }

    it('leaves everything in place in a transaction that fails', async () => {
      await test.stores.passwords.put('ada', 'hash', at(0))
      const failing = test.database.transaction(async () => {
        await accounts.delete(ada)
        throw new Error('it did not happen')
      })
      await expect(failing).rejects.toThrow('it did not happen')
      expect(await test.stores.users.find('ada')).toEqual(ada)
      expect(await test.stores.passwords.find('ada')).toBe('hash')
    })
  })

  describe('PersonalRecordStore', () => {
    let test: TestDatabase
    const ada: User = userOf('ada', { email: 'Ada@Example.com', roles: ['MEMBER'] })
    const bob: User = userOf('bob')

    beforeEach(async () => {
      test = await open()
      for (const user of [ada, bob]) await test.stores.users.create(user)
      await keepEverythingOf(test.stores, ada, bob, at(0))
    })
    afterEach(() => test.close())

    it('gives a row for each that there is, and no secret', async () => {
      const records = await test.stores.personalRecords.collect(ada)
      const sizes = Object.entries(records).map(([name, rows]) => [name, rows.length])
      expect(Object.fromEntries(sizes)).toEqual({
        account: 1,
        roles: 1,
        passwords: 1,
        sessions: 2,
        totpAuthenticators: 1,
        recoveryCodes: 1,
        passkeys: 1,
        providerLinks: 1,
        oneTimeSecrets: 2,
        mails: 3,
      })
      const text = JSON.stringify(records)
      for (const trace of [ada.email, ada.name]) expect(text).toContain(trace)
      const { title: _title, ...here } = traces
      for (const trace of Object.values(here)) expect(text).toContain(trace)
      for (const secret of Object.values(secretTraces)) expect(text).not.toContain(secret)
    })

    it('gives nothing of anybody else', async () => {
      const records = await test.stores.personalRecords.collect(bob)
      const filled = Object.entries(records).filter(([, rows]) => rows.length > 0)
      expect(filled.map(([name]) => name)).toEqual(['account', 'roles'])
      const text = JSON.stringify(records)
      for (const trace of [ada.id, ada.email, ...Object.values(traces)]) expect(text).not.toContain(`"${trace}"`)
    })
  })
}
