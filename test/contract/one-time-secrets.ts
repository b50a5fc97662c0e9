import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OneTimeSecretRecord, OneTimeSecretStore } from '../../src/identity/one-time-secret-store.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, userOf, valuesOf } from './fixtures.ts'

export function oneTimeSecretStoreContract(open: OpenDatabase) {
  describe('OneTimeSecretStore', () => {
    let test: TestDatabase
    let secrets: OneTimeSecretStore

    beforeEach(async () => {
      test = await open()
      secrets = test.stores.oneTimeSecrets
      await test.stores.users.create(userOf('ada'))
      await test.stores.users.create(userOf('bob'))
    })
    afterEach(() => test.close())

    const secretOf = (id: string, more: Partial<OneTimeSecretRecord> = {}): OneTimeSecretRecord => ({
      id,
      purpose: 'PASSWORD_RESET',
      userId: 'ada',
      address: 'ada@example.com',
      secretHash: `hash of ${id}`,
      bindingHash: null,
      sealedData: null,
      attemptsLeft: 5,
      createdAt: at(0),
      expiresAt: at(100),
      consumedAt: null,
      ...more,
    })
    const shownOf = (id: string, bindingHash: string | null = null) =>
      ({ purpose: 'PASSWORD_RESET', secretHash: `hash of ${id}`, bindingHash }) as const
    const ada = { userId: 'ada' }

    describe('create()', () => {
      it('keeps the secret as it is', async () => {
        const secret = secretOf('s', { bindingHash: 'browser', sealedData: 'sealed' })
        await secrets.create(secret)
        expect(await secrets.find(shownOf('s', 'browser'), at(1))).toEqual(secret)
      })

      it('keeps one of an address that no user has', async () => {
        const secret = secretOf('s', { userId: null, address: 'new@example.com' })
        await secrets.create(secret)
        expect(await secrets.find(shownOf('s'), at(1))).toEqual(secret)
      })

      it('refuses one of a user that there is not', async () => {
        const created = secrets.create(secretOf('s', { userId: 'nobody' }))
        await expect(created).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
        expect(await secrets.find(shownOf('s'), at(1))).toBeNull()
      })
    })

    describe.each(['find', 'consume', 'takeAttempt'] as const)('%s()', (method) => {
      const show = (id: string, seconds = 1, bindingHash: string | null = null) =>
        secrets[method](shownOf(id, bindingHash), at(seconds))

      it('gives a secret until the instant at which it expires', async () => {
        await secrets.create(secretOf('s'))
        expect(await show('s', 100)).toBeNull()
        expect((await show('s', 99.999))?.id).toBe('s')
      })

      it('gives null for a hash that no secret has, and for another purpose', async () => {
        await secrets.create(secretOf('s'))
        expect(await show('t')).toBeNull()
        expect(await secrets[method]({ ...shownOf('s'), purpose: 'LOGIN_CODE' }, at(1))).toBeNull()
        expect(await secrets.find(shownOf('s'), at(1))).toEqual(secretOf('s'))
      })

      it('gives null for one that was consumed', async () => {
        await secrets.create(secretOf('s'))
        await secrets.consume(shownOf('s'), at(1))
        expect(await show('s')).toBeNull()
      })

      it('gives one that is bound to a browser to that browser alone', async () => {
        await secrets.create(secretOf('s', { bindingHash: 'browser' }))
        expect(await show('s')).toBeNull()
        expect(await show('s', 1, 'another')).toBeNull()
        expect((await show('s', 1, 'browser'))?.id).toBe('s')
      })

      it('gives one that is not bound to any browser', async () => {
        await secrets.create(secretOf('s'))
        expect((await show('s', 1, 'another'))?.id).toBe('s')
      })
    })

    describe('consume()', () => {
      it('gives the secret to one of twenty at once', async () => {
        await secrets.create(secretOf('s'))
        const results = valuesOf(await twentyTimes(() => secrets.consume(shownOf('s'), at(1))))
        expect(results).toHaveLength(20)
        expect(results.filter((result) => result !== null)).toEqual([secretOf('s', { consumedAt: at(1) })])
      })

      it('leaves it good when the transaction around it fails', async () => {
        await secrets.create(secretOf('s'))
        const failed = test.database.transaction(async () => {
          await secrets.consume(shownOf('s'), at(1))
          throw new Error('failed')
        })
        await expect(failed).rejects.toThrow('failed')
        expect(await secrets.find(shownOf('s'), at(1))).toEqual(secretOf('s'))
      })
    })

    describe('guess()', () => {
      const guess = (id: string, seconds = 1, bindingHash: string | null = null) =>
        secrets.guess(shownOf(id, bindingHash), ada, at(seconds))
      const attemptsLeft = async (id: string) => (await secrets.find(shownOf(id), at(1)))?.attemptsLeft

      it('consumes the one whose hash it is, by user or by address', async () => {
        await secrets.create(secretOf('s'))
        expect(await guess('s')).toEqual(secretOf('s', { attemptsLeft: 4, consumedAt: at(1) }))
        expect(await guess('s')).toBeNull()
        await secrets.create(secretOf('t'))
        expect((await secrets.guess(shownOf('t'), { address: 'ada@example.com' }, at(1)))?.id).toBe('t')
      })

      it('takes an attempt for each wrong one, and at none left gives nothing to the right one', async () => {
        await secrets.create(secretOf('s', { attemptsLeft: 2 }))
        expect(await guess('wrong')).toBeNull()
        expect(await attemptsLeft('s')).toBe(1)
        expect(await guess('wrong')).toBeNull()
        expect(await guess('wrong')).toBeNull()
        expect(await attemptsLeft('s')).toBe(0)
        expect(await guess('s')).toBeNull()
      })

      it('lets the last attempt be the right one', async () => {
        await secrets.create(secretOf('s', { attemptsLeft: 1 }))
        expect((await guess('s'))?.id).toBe('s')
      })

      it('looks at no more of twenty at once than there are attempts', async () => {
        await secrets.create(secretOf('s'))
        await Promise.all(Array.from({ length: 20 }, () => guess('wrong')))
        expect(await attemptsLeft('s')).toBe(0)
        expect(await guess('s')).toBeNull()
      })

      it('gives the secret to one of twenty at once', async () => {
        await secrets.create(secretOf('s', { attemptsLeft: 20 }))
        const results = valuesOf(await twentyTimes(() => guess('s')))
        expect(results).toHaveLength(20)
        expect(results.filter((result) => result !== null)).toHaveLength(1)
      })

      it("looks at nobody else's, and takes none of their attempts", async () => {
        await secrets.create(secretOf('s', { userId: 'bob', address: 'bob@example.com' }))
        expect(await guess('s')).toBeNull()
        expect(await secrets.guess(shownOf('s'), { address: 'ada@example.com' }, at(1))).toBeNull()
        expect(await attemptsLeft('s')).toBe(5)
      })

      it('takes no attempts from another browser, from another purpose, or once it expired', async () => {
        await secrets.create(secretOf('s', { bindingHash: 'browser' }))
        expect(await guess('s', 1, 'another')).toBeNull()
        expect(await guess('s', 1, null)).toBeNull()
        expect(await secrets.guess({ ...shownOf('s', 'browser'), purpose: 'LOGIN_CODE' }, ada, at(1))).toBeNull()
        expect(await guess('s', 100, 'browser')).toBeNull()
        expect((await secrets.find(shownOf('s', 'browser'), at(1)))?.attemptsLeft).toBe(5)
        expect((await guess('s', 99.999, 'browser'))?.id).toBe('s')
      })
    })

    describe('takeAttempt()', () => {
      it('gives it as often as there are attempts, also to twenty at once', async () => {
        await secrets.create(secretOf('s'))
        const results = valuesOf(await twentyTimes(() => secrets.takeAttempt(shownOf('s'), at(1))))
        expect(results).toHaveLength(20)
        const given = results.flatMap((result) => (result ? [result.attemptsLeft] : []))
        expect(given.sort()).toEqual([0, 1, 2, 3, 4])
      })
    })

    describe('deleteAll()', () => {
      it('deletes those of one owner and purpose', async () => {
        await secrets.create(secretOf('s'))
        await secrets.create(secretOf('other', { purpose: 'EMAIL_CHANGE' }))
        await secrets.create(secretOf('bobs', { userId: 'bob', address: 'bob@example.com' }))
        await secrets.deleteAll('PASSWORD_RESET', ada)
        expect(await secrets.find(shownOf('s'), at(1))).toBeNull()
        expect(await secrets.find({ ...shownOf('other'), purpose: 'EMAIL_CHANGE' }, at(1))).not.toBeNull()
        await secrets.deleteAll('PASSWORD_RESET', { address: 'ada@example.com' })
        expect(await secrets.find(shownOf('bobs'), at(1))).not.toBeNull()
        await secrets.deleteAll('PASSWORD_RESET', { address: 'bob@example.com' })
        expect(await secrets.find(shownOf('bobs'), at(1))).toBeNull()
      })
    })

    describe('purge()', () => {
      it('deletes what expired before then, at most as many as its limit', async () => {
        for (const id of ['r', 's', 't']) await secrets.create(secretOf(id, { expiresAt: at(9.999) }))
        await secrets.create(secretOf('later', { expiresAt: at(10) }))
        expect(await secrets.purge(at(10), 2)).toBe(2)
        expect(await secrets.purge(at(10), 2)).toBe(1)
        expect((await secrets.find(shownOf('later'), at(9)))?.id).toBe('later')
      })
    })
  })
}
