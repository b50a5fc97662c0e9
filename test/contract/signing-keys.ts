import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SigningKeyRecord, SigningKeyStore } from '../../src/identity/signing-key-store.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, valuesOf } from './fixtures.ts'

export function signingKeyStoreContract(open: OpenDatabase) {
  describe('SigningKeyStore', () => {
    let test: TestDatabase
    let keys: SigningKeyStore

    beforeEach(async () => {
      test = await open()
      keys = test.stores.signingKeys
      for (const [index, kid] of ['old', 'middle', 'new'].entries()) await keys.create(keyOf(kid, index))
    })
    afterEach(() => test.close())

    const keyOf = (kid: string, seconds: number): SigningKeyRecord => ({
      kid,
      algorithm: 'ES256',
      sealedKey: `sealed ${kid}`,
      createdAt: at(seconds),
      retiredAt: null,
    })
    const retired = (kid: string, seconds: number, retiredAt: number): SigningKeyRecord => ({
      ...keyOf(kid, seconds),
      sealedKey: '',
      retiredAt: at(retiredAt),
    })

    it('lists keys as they are, newest first', async () => {
      expect(await keys.list()).toEqual([keyOf('new', 2), keyOf('middle', 1), keyOf('old', 0)])
    })

    it('keeps no second key of a name, and leaves the first as it is', async () => {
      expect(await keys.create({ ...keyOf('old', 9), sealedKey: 'another' })).toBe(false)
      expect((await keys.list()).at(-1)).toEqual(keyOf('old', 0))
    })

    it('retires a key once, and forgets it', async () => {
      expect(await keys.retire(keyOf('middle', 1), at(5))).toBe(true)
      expect(await keys.retire(keyOf('middle', 1), at(6))).toBe(false)
      expect(await keys.list()).toEqual([keyOf('new', 2), retired('middle', 1, 5), keyOf('old', 0)])
    })

    it('notes that a key was retired which it does not keep, and takes no other of that name', async () => {
      expect(await keys.retire(keyOf('elsewhere', 0), at(5))).toBe(true)
      expect(await keys.create(keyOf('elsewhere', 6))).toBe(false)
      expect(await keys.list()).toEqual([
        retired('elsewhere', 5, 5),
        keyOf('new', 2),
        keyOf('middle', 1),
        keyOf('old', 0),
      ])
    })

    it('retires a key for one of twenty who do at once', async () => {
      const results = await twentyTimes((index) => keys.retire(keyOf('old', 0), at(5 + index)))
      expect(valuesOf(results).filter(Boolean)).toHaveLength(1)
    })
  })
}
