import { and, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { OneTimeSecretOwner, OneTimeSecretStore, ShownSecret } from '../../identity/one-time-secret-store.ts'
import type { Database } from '../database.ts'

export function createOneTimeSecretStore({ db, tables: { oneTimeSecrets: secrets } }: Database): OneTimeSecretStore {
  const isUsable = ({ purpose, bindingHash }: ShownSecret, now: Date) =>
    and(
      eq(secrets.purpose, purpose),
      isNull(secrets.consumedAt),
      gt(secrets.expiresAt, now),
      bindingHash === null
        ? isNull(secrets.bindingHash)
        : or(isNull(secrets.bindingHash), eq(secrets.bindingHash, bindingHash)),
    )
  const isShown = (shown: ShownSecret, now: Date) => and(eq(secrets.secretHash, shown.secretHash), isUsable(shown, now))
  const isOf = (owner: OneTimeSecretOwner) =>
    'userId' in owner ? eq(secrets.userId, owner.userId) : eq(secrets.address, owner.address)
  const hasAttempts = gt(secrets.attemptsLeft, 0)
  const oneLess = sql`${secrets.attemptsLeft} - 1`

  return {
    async create(secret) {
      await db.insert(secrets).values(secret)
    },
    async find(shown, now) {
      const rows = await db.select().from(secrets).where(isShown(shown, now))
      return rows[0] ?? null
    },
    async consume(shown, now) {
      const rows = await db.update(secrets).set({ consumedAt: now }).where(isShown(shown, now)).returning()
      return rows[0] ?? null
    },
    async guess(shown, owner, now) {
      const instant = sql`cast(${sql.param(now, secrets.consumedAt)} as ${sql.raw(secrets.consumedAt.getSQLType())})`
      const rows = await db
        .update(secrets)
        .set({
          attemptsLeft: oneLess,
          consumedAt: sql`case when ${secrets.secretHash} = ${shown.secretHash} then ${instant} end`,
        })
        .where(and(isOf(owner), isUsable(shown, now), hasAttempts))
        .returning()
      return rows.find(({ consumedAt }) => consumedAt !== null) ?? null
    },
    async takeAttempt(shown, now) {
      const rows = await db
        .update(secrets)
        .set({ attemptsLeft: oneLess })
        .where(and(isShown(shown, now), hasAttempts))
        .returning()
      return rows[0] ?? null
    },
    async deleteAll(purpose, owner) {
      await db.delete(secrets).where(and(isOf(owner), eq(secrets.purpose, purpose)))
    },
    async purge(before, limit) {
      const expired = db.select({ id: secrets.id }).from(secrets).where(lt(secrets.expiresAt, before)).limit(limit)
      const rows = await db.delete(secrets).where(inArray(secrets.id, expired)).returning({ id: secrets.id })
      return rows.length
    },
  }
}
