import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TotpAuthenticatorStore } from '../../src/identity/totp/totp-authenticator.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, userOf, valuesOf } from './fixtures.ts'

export function totpAuthenticatorStoreContract(open: OpenDatabase) {
  describe('TotpAuthenticatorStore', () => {
    let test: TestDatabase
    let authenticators: TotpAuthenticatorStore

    beforeEach(async () => {
      test = await open()
      authenticators = test.stores.totpAuthenticators
      await test.stores.users.create(userOf('ada'))
      await test.stores.users.create(userOf('bob'))
    })
    afterEach(() => test.close())

    const create = (id: string, userId = 'ada') =>
      authenticators.create({ id, userId, sealedSecret: `sealed ${id}`, createdAt: at(0) })
    const ofAda = (id: string) => ({ id, userId: 'ada' })
    const unconfirmed = {
      id: 't',
      userId: 'ada',
      sealedSecret: 'sealed t',
      confirmedAt: null,
      lastTimeStep: null,
      createdAt: at(0),
    }

    describe('create()', () => {
      it('keeps one that does not count yet', async () => {
        await create('t')
        expect(await authenticators.find('t')).toEqual(unconfirmed)
        expect(await authenticators.findConfirmed('ada')).toBeNull()
      })

      it('is found by its user, while it is not confirmed', async () => {
        await create('t')
        expect(await authenticators.findUnconfirmed('ada')).toEqual(unconfirmed)
        expect(await authenticators.findUnconfirmed('bob')).toBeNull()
        expect(await authenticators.listConfirmed(['ada', 'bob'])).toEqual([])
        await authenticators.confirm(ofAda('t'), 7, at(1))
        expect(await authenticators.findUnconfirmed('ada')).toBeNull()
        expect((await authenticators.listConfirmed(['ada', 'bob'])).map(({ id }) => id)).toEqual(['t'])
        expect(await authenticators.listConfirmed(['bob'])).toEqual([])
        expect(await authenticators.listConfirmed([])).toEqual([])
      })

      it('takes the place of one that was never confirmed, and of nothing else', async () => {
        await create('confirmed')
        await authenticators.confirm(ofAda('confirmed'), 7, at(1))
        await create('bobs', 'bob')
        await create('first')
        await create('second')
        expect(await authenticators.find('first')).toBeNull()
        for (const id of ['confirmed', 'bobs', 'second']) expect((await authenticators.find(id))?.id).toBe(id)
      })

      it('refuses one of nobody', async () => {
        await expect(create('t', 'nobody')).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
        expect(await authenticators.find('t')).toBeNull()
      })
    })

    describe('confirm()', () => {
      it('makes it count, its time step used up', async () => {
        await create('t')
        expect(await authenticators.confirm(ofAda('t'), 7, at(1))).toBe(true)
        const confirmed = { ...unconfirmed, confirmedAt: at(1), lastTimeStep: 7 }
        expect(await authenticators.findConfirmed('ada')).toEqual(confirmed)
        expect(await authenticators.acceptTimeStep('t', 7)).toBe(false)
      })

      it('is false the second time, and leaves the first as it was', async () => {
        await create('t')
        await authenticators.confirm(ofAda('t'), 7, at(1))
        expect(await authenticators.confirm(ofAda('t'), 8, at(2))).toBe(false)
        expect(await authenticators.find('t')).toMatchObject({ confirmedAt: at(1), lastTimeStep: 7 })
      })

      it('is false where the user has another one that counts, or when it is not theirs', async () => {
        await create('first')
        await authenticators.confirm(ofAda('first'), 7, at(1))
        await create('second')
        expect(await authenticators.confirm(ofAda('second'), 8, at(2))).toBe(false)
        expect(await authenticators.confirm({ id: 'second', userId: 'bob' }, 8, at(2))).toBe(false)
        expect((await authenticators.find('second'))?.confirmedAt).toBeNull()
        expect((await authenticators.findConfirmed('ada'))?.id).toBe('first')
      })

      it('is true for one of twenty at once', async () => {
        await create('t')
        const results = valuesOf(await twentyTimes((index) => authenticators.confirm(ofAda('t'), index, at(1))))
        expect(results).toHaveLength(20)
        expect(results.filter(Boolean)).toHaveLength(1)
      })
    })

    describe('acceptTimeStep()', () => {
      beforeEach(async () => {
        await create('t')
        await authenticators.confirm(ofAda('t'), 7, at(1))
      })

      it('accepts a newer step, and neither the same nor an older one', async () => {
        expect(await authenticators.acceptTimeStep('t', 9)).toBe(true)
        for (const timeStep of [9, 8, 7]) expect(await authenticators.acceptTimeStep('t', timeStep)).toBe(false)
        expect((await authenticators.find('t'))?.lastTimeStep).toBe(9)
      })

      it('accepts a step for one of twenty at once', async () => {
        const results = valuesOf(await twentyTimes(() => authenticators.acceptTimeStep('t', 8)))
        expect(results).toHaveLength(20)
        expect(results.filter(Boolean)).toHaveLength(1)
      })

      it('accepts none of one that is not confirmed, or that there is not', async () => {
        await create('second')
        expect(await authenticators.acceptTimeStep('second', 8)).toBe(false)
        expect(await authenticators.acceptTimeStep('nothing', 8)).toBe(false)
        expect((await authenticators.find('second'))?.lastTimeStep).toBeNull()
      })
    })

    describe('delete() and deleteAll()', () => {
      it("delete the user's own alone", async () => {
        await create('t')
        await create('bobs', 'bob')
        expect(await authenticators.delete({ id: 't', userId: 'bob' })).toBe(false)
        expect(await authenticators.find('t')).toEqual(unconfirmed)
        expect(await authenticators.delete(ofAda('t'))).toBe(true)
        expect(await authenticators.delete(ofAda('t'))).toBe(false)
        expect((await authenticators.find('bobs'))?.id).toBe('bobs')
      })

      it('tell how many of them counted', async () => {
        await create('t')
        await authenticators.confirm(ofAda('t'), 7, at(1))
        await create('second')
        await create('bobs', 'bob')
        expect(await authenticators.deleteAll('ada')).toBe(1)
        expect(await authenticators.find('second')).toBeNull()
        expect(await authenticators.deleteAll('bob')).toBe(0)
      })
    })
  })
}
