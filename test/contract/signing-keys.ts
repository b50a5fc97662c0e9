import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SigningKeyRecord, SigningKeyStore } from '../../src/identity/signing-key-store.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase } from './fixtures.ts'

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
    const kids = async () => (await keys.list()).map(({ kid }) => kid)

    it('lists keys as they are, newest first', async () => {
      expect(await keys.list()).toEqual([keyOf('new', 2), keyOf('middle', 1), keyOf('old', 0)])
    })

    it('keeps no second key of a name, and leaves the first as it is', async () => {
      expect(await keys.create({ ...keyOf('old', 9), sealedKey: 'another' })).toBe(false)
      expect((await keys.list()).at(-1)).toEqual(keyOf('old', 0))
    })

    it('lists no key that is retired, which it is once', async () => {
      expect(await keys.retire('middle', at(5))).toBe(true)
      expect(await keys.retire('middle', at(6))).toBe(false)
      expect(await keys.retire('nothing', at(6))).toBe(false)
      expect(await kids()).toEqual(['new', 'old'])
    })

    it('retires all but one, or all', async () => {
      await keys.retire('middle', at(5))
      expect(await keys.retireAll('new', at(6))).toEqual(['old'])
      expect(await kids()).toEqual(['new'])
      expect(await keys.retireAll(null, at(6))).toEqual(['new'])
      expect(await kids()).toEqual([])
    })

    it('deletes those that were retired before then', async () => {
      await keys.retire('old', at(5))
      await keys.retire('middle', at(6))
      expect(await keys.purge(at(6))).toBe(1)
      expect(await keys.create(keyOf('old', 0))).toBe(true)
      expect(await keys.create(keyOf('middle', 1))).toBe(false)
    })
  })
}
