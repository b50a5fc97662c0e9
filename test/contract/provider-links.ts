import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderLink, ProviderLinkStore } from '../../src/identity/oauth/provider-link.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, userOf, valuesOf } from './fixtures.ts'

export function providerLinkStoreContract(open: OpenDatabase) {
  describe('ProviderLinkStore', () => {
    let test: TestDatabase
    let links: ProviderLinkStore

    beforeEach(async () => {
      test = await open()
      links = test.stores.providerLinks
      await test.stores.users.create(userOf('ada'))
      await test.stores.users.create(userOf('bob'))
    })
    afterEach(() => test.close())

    const issuer = 'https://id.example.com'
    const linkOf = (id: string, more: Partial<ProviderLink> = {}): ProviderLink => ({
      id,
      userId: 'ada',
      provider: 'example',
      issuer,
      subject: `subject of ${id}`,
      createdAt: at(0),
      ...more,
    })

    it('keeps a link, found by issuer and subject together', async () => {
      expect(await links.create(linkOf('l'))).toBe(true)
      expect(await links.find(issuer, 'subject of l')).toEqual(linkOf('l'))
      expect(await links.find('https://other.example.com', 'subject of l')).toBeNull()
      expect(await links.find(issuer, 'Subject of l')).toBeNull()
      expect(await links.find(issuer, 'ada@example.com')).toBeNull()
    })

    it('is false for an account that is linked already, and leaves it where it is', async () => {
      await links.create(linkOf('l'))
      expect(await links.create(linkOf('m', { userId: 'bob', subject: 'subject of l' }))).toBe(false)
      expect((await links.find(issuer, 'subject of l'))?.userId).toBe('ada')
      expect(await links.listByUser('bob')).toEqual([])
      expect(await links.create(linkOf('n', { issuer: 'https://b.example.com', subject: 'subject of l' }))).toBe(true)
    })

    it('links an account for one of twenty at once', async () => {
      const results = valuesOf(await twentyTimes((index) => links.create(linkOf(`l${index}`, { subject: 'the same' }))))
      expect(results).toHaveLength(20)
      expect(results.filter(Boolean)).toHaveLength(1)
    })

    it('refuses a link of nobody', async () => {
      await expect(links.create(linkOf('l', { userId: 'nobody' }))).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
      expect(await links.find(issuer, 'subject of l')).toBeNull()
    })

    it("lists and deletes a user's own alone", async () => {
      await links.create(linkOf('new', { createdAt: at(2) }))
      await links.create(linkOf('old', { createdAt: at(1) }))
      await links.create(linkOf('bobs', { userId: 'bob' }))
      expect((await links.listByUser('ada')).map(({ id }) => id)).toEqual(['old', 'new'])
      expect(await links.delete({ id: 'old', userId: 'bob' })).toBe(false)
      expect(await links.find(issuer, 'subject of old')).not.toBeNull()
      expect(await links.delete({ id: 'old', userId: 'ada' })).toBe(true)
      expect(await links.delete({ id: 'old', userId: 'ada' })).toBe(false)
      expect(await links.deleteAll('ada')).toBe(1)
      expect((await links.listByUser('bob')).map(({ id }) => id)).toEqual(['bobs'])
    })
  })
}
