import { and, asc, eq, gt, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm'
import type { LeasedMail, MailStore } from '../../identity/email/mail.ts'
import { canonicalEmail } from '../../identity/user.ts'
import type { Database } from '../database.ts'

export function createMailStore({ db, tables: { mails }, foldCase }: Database): MailStore {
  const isOpen = and(isNull(mails.sentAt), isNull(mails.failedAt))
  const isDue = (now: Date) =>
    and(isOpen, lte(mails.dueAt, now), or(isNull(mails.leasedUntil), lte(mails.leasedUntil, now)))

  /** Whose lease is still this one: whoever took it later has another. */
  const isLeasedAs = ({ id, attempts, leasedUntil }: LeasedMail) =>
    and(eq(mails.id, id), isOpen, eq(mails.attempts, attempts), eq(mails.leasedUntil, leasedUntil))

  const settle = async (
    mail: LeasedMail,
    change: { dueAt: Date } | { sentAt: Date; sealedData: null } | { failedAt: Date; sealedData: null },
  ) => {
    const rows = await db
      .update(mails)
      .set({ ...change, leasedUntil: null })
      .where(isLeasedAs(mail))
      .returning({ id: mails.id })
    return rows.length > 0
  }

  return {
    async enqueue({ createdAt, ...mail }) {
      await db.insert(mails).values({ ...mail, createdAt, dueAt: createdAt, attempts: 0 })
    },
    async lease({ now, until, limit }) {
      const due = db.select({ id: mails.id }).from(mails).where(isDue(now)).orderBy(asc(mails.dueAt)).limit(limit)
      const rows = await db
        .update(mails)
        .set({ leasedUntil: until, attempts: sql`${mails.attempts} + 1` })
        // Once more: where two of these run at once, a row that the other has taken meanwhile is due no longer.
        .where(and(inArray(mails.id, due), isDue(now)))
        .returning()
      return rows
        .sort((one, other) => one.dueAt.getTime() - other.dueAt.getTime())
        .flatMap(({ dueAt: _, sentAt: __, failedAt: ___, sealedData, leasedUntil, ...mail }) =>
          sealedData && leasedUntil ? [{ ...mail, sealedData, leasedUntil }] : [],
        )
    },
    async isHeld(mail, now) {
      const rows = await db
        .select({ id: mails.id })
        .from(mails)
        .where(and(isLeasedAs(mail), gt(mails.leasedUntil, now)))
      return rows.length > 0
    },
    markSent: (mail, at) => settle(mail, { sentAt: at, sealedData: null }),
    reschedule: (mail, dueAt) => settle(mail, { dueAt }),
    markFailed: (mail, at) => settle(mail, { failedAt: at, sealedData: null }),
    async adopt(address, userId) {
      await db
        .update(mails)
        .set({ userId })
        .where(and(isNull(mails.userId), eq(foldCase(mails.toAddress), canonicalEmail(address))))
    },
    async purge(before, limit) {
      const settled = db
        .select({ id: mails.id })
        .from(mails)
        .where(or(lt(mails.sentAt, before), lt(mails.failedAt, before)))
        .limit(limit)
      const rows = await db.delete(mails).where(inArray(mails.id, settled)).returning({ id: mails.id })
      return rows.length
    },
  }
}
