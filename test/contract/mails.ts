import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LeasedMail, Mail, MailStore } from '../../src/identity/email/mail.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase, twentyTimes, userOf, valuesOf } from './fixtures.ts'

export function mailStoreContract(open: OpenDatabase) {
  describe('MailStore', () => {
    let test: TestDatabase
    let mails: MailStore

    beforeEach(async () => {
      test = await open()
      mails = test.stores.mails
    })
    afterEach(() => test.close())

    const mailOf = (id: string, more: Partial<Mail> = {}): Mail => ({
      id,
      toAddress: 'ada@example.com',
      userId: null,
      template: 'password-reset',
      sealedData: `sealed ${id}`,
      createdAt: at(0),
      ...more,
    })
    const lease = (seconds: number, limit = 10) => mails.lease({ now: at(seconds), until: at(seconds + 60), limit })
    const leaseOne = async (seconds: number): Promise<LeasedMail> => {
      const [mail] = await lease(seconds, 1)
      if (!mail) throw new Error('There should be a mail that is due')
      return mail
    }
    const idsOf = (leased: readonly LeasedMail[]) => leased.map(({ id }) => id)
    const rows = () => test.database.db.select().from(test.database.tables.mails)

    it('keeps no mail of a transaction that fails', async () => {
      const failed = test.database.transaction(async () => {
        await mails.enqueue(mailOf('m'))
        throw new Error('failed')
      })
      await expect(failed).rejects.toThrow('failed')
      expect(await lease(1)).toEqual([])
    })

    describe('lease()', () => {
      it('gives what is due from the instant on at which it is, those first that were first', async () => {
        await mails.enqueue(mailOf('later', { createdAt: at(10) }))
        await mails.enqueue(mailOf('now', { createdAt: at(9) }))
        expect(await lease(8.999)).toEqual([])
        expect(await lease(10)).toEqual([
          { ...mailOf('now', { createdAt: at(9) }), attempts: 1, leasedUntil: at(70) },
          { ...mailOf('later', { createdAt: at(10) }), attempts: 1, leasedUntil: at(70) },
        ])
      })

      it('gives no more than the limit', async () => {
        for (const id of ['a', 'b', 'c']) await mails.enqueue(mailOf(id))
        expect(await lease(1, 2)).toHaveLength(2)
        expect(await lease(1, 2)).toHaveLength(1)
      })

      it('gives a mail to one of twenty at once', async () => {
        await mails.enqueue(mailOf('m'))
        await mails.enqueue(mailOf('n'))
        const results = valuesOf(await twentyTimes(() => lease(1)))
        expect(results).toHaveLength(20)
        expect(results.flatMap(idsOf).sort()).toEqual(['m', 'n'])
      })

      it('gives a mail to the next when its lease is over, and counts', async () => {
        await mails.enqueue(mailOf('m'))
        await lease(0)
        expect(await lease(59.999)).toEqual([])
        expect(await lease(60)).toMatchObject([{ id: 'm', attempts: 2 }])
      })
    })

    describe('isHeld()', () => {
      it('is true until the lease is over, and of this lease alone', async () => {
        await mails.enqueue(mailOf('m'))
        const first = await leaseOne(1)
        expect(await mails.isHeld(first, at(60.999))).toBe(true)
        expect(await mails.isHeld(first, at(61))).toBe(false)
        const second = await leaseOne(61)
        expect(await mails.isHeld(first, at(62))).toBe(false)
        expect(await mails.isHeld(second, at(62))).toBe(true)
        await mails.markSent(second, at(63))
        expect(await mails.isHeld(second, at(63))).toBe(false)
      })

      it('is false of a mail that went with its account', async () => {
        const ada = userOf('ada')
        await test.stores.users.create(ada)
        await mails.enqueue(mailOf('m', { userId: ada.id }))
        const mail = await leaseOne(1)
        await test.stores.accounts.delete(ada)
        expect(await mails.isHeld(mail, at(2))).toBe(false)
      })
    })

    it('adopt() makes mails to an address be about a user’s account, however it is written, and no others', async () => {
      for (const id of ['ada', 'bob']) await test.stores.users.create(userOf(id))
      await mails.enqueue(mailOf('registration', { toAddress: 'Ada@Example.com' }))
      await mails.enqueue(mailOf('others', { toAddress: 'ada@example.com', userId: 'bob' }))
      await mails.enqueue(mailOf('elsewhere', { toAddress: 'ada@example.org' }))
      await mails.adopt('ADA@example.com', 'ada')
      const owners = (await rows()).map(({ id, userId }) => [id, userId])
      expect(Object.fromEntries(owners)).toEqual({ registration: 'ada', others: 'bob', elsewhere: null })
    })

    describe('reschedule()', () => {
      it('gives a mail back, to be taken again when it is due', async () => {
        await mails.enqueue(mailOf('m'))
        expect(await mails.reschedule(await leaseOne(0), at(30))).toBe(true)
        expect(await lease(29.999)).toEqual([])
        expect(await lease(30)).toMatchObject([{ id: 'm', attempts: 2, sealedData: 'sealed m' }])
      })
    })

    describe.each(['markSent', 'markFailed'] as const)('%s()', (method) => {
      it('settles a mail for good, and forgets its data', async () => {
        await mails.enqueue(mailOf('m'))
        const leased = await leaseOne(0)
        expect(await mails[method](leased, at(1))).toBe(true)
        expect(await lease(1000)).toEqual([])
        expect(await rows()).toMatchObject([{ id: 'm', sealedData: null, leasedUntil: null }])
        expect(await mails.markSent(leased, at(2))).toBe(false)
        expect(await mails.markFailed(leased, at(2))).toBe(false)
        expect(await mails.reschedule(leased, at(2))).toBe(false)
        expect(await lease(1000)).toEqual([])
      })

      it('is false once another has taken the mail, whose lease it leaves alone', async () => {
        await mails.enqueue(mailOf('m'))
        const lost = await leaseOne(0)
        const taken = await leaseOne(60)
        expect(await mails[method](lost, at(61))).toBe(false)
        expect(await mails.reschedule(lost, at(61))).toBe(false)
        expect(await lease(61)).toEqual([])
        expect(await mails[method](taken, at(62))).toBe(true)
      })
    })

    describe('purge()', () => {
      it('deletes what was settled before then, at most as many as its limit, and nothing that is waiting', async () => {
        for (const id of ['a', 'b', 'c', 'd']) await mails.enqueue(mailOf(id))
        const [a, b, c] = await lease(0, 3)
        if (!a || !b || !c) throw new Error('There should be three mails that are due')
        await mails.markSent(a, at(9))
        await mails.markFailed(b, at(9))
        await mails.markSent(c, at(10))
        expect(await mails.purge(at(10), 1)).toBe(1)
        expect(await mails.purge(at(10), 10)).toBe(1)
        expect((await rows()).map(({ id }) => id).sort()).toEqual([c.id, 'd'].sort())
      })
    })
  })
}
