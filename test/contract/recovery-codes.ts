import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecoveryCodeStore } from '../../src/identity/totp/recovery-code-store.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, userOf, valuesOf } from './fixtures.ts'

export function recoveryCodeStoreContract(open: OpenDatabase) {
  describe('RecoveryCodeStore', () => {
    let test: TestDatabase
    let codes: RecoveryCodeStore

    beforeEach(async () => {
      test = await open()
      codes = test.stores.recoveryCodes
      await test.stores.users.create(userOf('ada'))
      await test.stores.users.create(userOf('bob'))
      await codes.replaceAll('ada', ['one', 'two', 'three'])
      await codes.replaceAll('bob', ['one'])
    })
    afterEach(() => test.close())

    it('uses up a code once, of that user alone', async () => {
      expect(await codes.consume('ada', 'one', at(1))).toBe(true)
      expect(await codes.consume('ada', 'one', at(2))).toBe(false)
      expect(await codes.countUnused('ada')).toBe(2)
      expect(await codes.countUnused('bob')).toBe(1)
      expect(await codes.consume('bob', 'two', at(1))).toBe(false)
      expect(await codes.countUnused('bob')).toBe(1)
    })

    it('uses up a code for one of twenty at once', async () => {
      const results = valuesOf(await twentyTimes(() => codes.consume('ada', 'one', at(1))))
      expect(results).toHaveLength(20)
      expect(results.filter(Boolean)).toHaveLength(1)
    })

    it('puts new ones in the place of all, used or not', async () => {
      await codes.consume('ada', 'one', at(1))
      await codes.replaceAll('ada', ['one', 'four'])
      expect(await codes.countUnused('ada')).toBe(2)
      expect(await codes.consume('ada', 'two', at(2))).toBe(false)
      expect(await codes.consume('ada', 'one', at(2))).toBe(true)
      await codes.replaceAll('ada', [])
      expect(await codes.countUnused('ada')).toBe(0)
      expect(await codes.countUnused('bob')).toBe(1)
    })

    it('keeps the old ones when the new ones are refused', async () => {
      await expect(codes.replaceAll('ada', ['four', 'four'])).rejects.toMatchObject({ violation: 'UNIQUE' })
      expect(await codes.countUnused('ada')).toBe(3)
      await expect(codes.replaceAll('nobody', ['one'])).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
    })
  })
}
