import { and, eq, inArray, isNotNull, isNull, lt, notExists, type Placeholder, sql } from 'drizzle-orm'
import type { TotpAuthenticatorStore } from '../../identity/totp/totp-authenticator.ts'
import type { Database } from '../database.ts'

export function createTotpAuthenticatorStore({
  db,
  tables: { totpAuthenticators: authenticators },
  transaction,
}: Database): TotpAuthenticatorStore {
  const isOf = ({ id, userId }: { id: string; userId: string }) =>
    and(eq(authenticators.id, id), eq(authenticators.userId, userId))
  const isConfirmedOf = (userId: string | Placeholder) =>
    and(eq(authenticators.userId, userId), isNotNull(authenticators.confirmedAt))
  const confirmed = db
    .select()
    .from(authenticators)
    .where(isConfirmedOf(sql.placeholder('userId')))
    .prepare('totp_authenticator_confirmed')

  return {
    create: (authenticator) =>
      transaction(async () => {
        await db
          .delete(authenticators)
          .where(and(eq(authenticators.userId, authenticator.userId), isNull(authenticators.confirmedAt)))
        await db.insert(authenticators).values({ ...authenticator, confirmedAt: null, lastTimeStep: null })
      }),
    async find(id) {
      const rows = await db.select().from(authenticators).where(eq(authenticators.id, id))
      return rows[0] ?? null
    },
    async findConfirmed(userId) {
      const rows = await confirmed.execute({ userId })
      return rows[0] ?? null
    },
    async findUnconfirmed(userId) {
      const rows = await db
        .select()
        .from(authenticators)
        .where(and(eq(authenticators.userId, userId), isNull(authenticators.confirmedAt)))
      return rows[0] ?? null
    },
    listConfirmed: async (userIds) =>
      db
        .select()
        .from(authenticators)
        .where(and(inArray(authenticators.userId, [...userIds]), isNotNull(authenticators.confirmedAt))),
    async confirm(authenticator, timeStep, at) {
      const another = db.select({ one: sql`1` }).from(authenticators).where(isConfirmedOf(authenticator.userId))
      const rows = await db
        .update(authenticators)
        .set({ confirmedAt: at, lastTimeStep: timeStep })
        .where(and(isOf(authenticator), isNull(authenticators.confirmedAt), notExists(another)))
        .returning({ id: authenticators.id })
      return rows.length > 0
    },
    async acceptTimeStep(id, timeStep) {
      const rows = await db
        .update(authenticators)
        .set({ lastTimeStep: timeStep })
        .where(and(eq(authenticators.id, id), lt(authenticators.lastTimeStep, timeStep)))
        .returning({ id: authenticators.id })
      return rows.length > 0
    },
    async delete(authenticator) {
      const rows = await db.delete(authenticators).where(isOf(authenticator)).returning({ id: authenticators.id })
      return rows.length > 0
    },
    async deleteAll(userId) {
      const rows = await db
        .delete(authenticators)
        .where(eq(authenticators.userId, userId))
        .returning({ confirmedAt: authenticators.confirmedAt })
      return rows.filter(({ confirmedAt }) => confirmedAt !== null).length
    },
  }
}
