import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PasswordStore } from '../../src/identity/user.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, userOf } from './fixtures.ts'

export function passwordStoreContract(open: OpenDatabase) {
  describe('PasswordStore', () => {
    let test: TestDatabase
    let passwords: PasswordStore

    beforeEach(async () => {
      test = await open()
      passwords = test.stores.passwords
      await test.stores.users.create(userOf('ada'))
      await test.stores.users.create(userOf('bob'))
    })
    afterEach(() => test.close())

    it('gives null for a user without a password', async () => {
      await passwords.put('ada', 'hash', at(0))
      expect(await passwords.find('bob')).toBeNull()
    })

    it('gives what was put last', async () => {
      await passwords.put('ada', 'first', at(0))
      await passwords.put('ada', 'second', at(1))
      expect(await passwords.find('ada')).toBe('second')
    })

    it('refuses a password of nobody', async () => {
      await expect(passwords.put('nobody', 'hash', at(0))).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
      expect(await passwords.find('nobody')).toBeNull()
    })

    it('replaces the one that is expected, of that user alone', async () => {
      await passwords.put('ada', 'old', at(0))
      await passwords.put('bob', 'old', at(0))
      expect(await passwords.replace('ada', 'old', 'new', at(1))).toBe(true)
      expect(await passwords.find('ada')).toBe('new')
      expect(await passwords.find('bob')).toBe('old')
    })

    it('replaces no other than the expected, and none where there is none', async () => {
      await passwords.put('ada', 'current', at(0))
      expect(await passwords.replace('ada', 'stale', 'new', at(1))).toBe(false)
      expect(await passwords.find('ada')).toBe('current')
      expect(await passwords.replace('bob', 'any', 'new', at(1))).toBe(false)
      expect(await passwords.find('bob')).toBeNull()
    })

    it('lets one of twenty replace at once', async () => {
      await passwords.put('ada', 'old', at(0))
      const results = await twentyTimes((index) => passwords.replace('ada', 'old', `new-${index}`, at(1)))
      const winners = results.flatMap((result, index) =>
        result.status === 'fulfilled' && result.value ? [`new-${index}`] : [],
      )
      expect(winners).toHaveLength(1)
      expect(await passwords.find('ada')).toBe(winners[0])
    })
  })
}
