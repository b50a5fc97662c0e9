import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { AccountStore } from '../../identity/account-store.ts'
import type { Database } from '../database.ts'
import { addressedTo } from './addressed-to.ts'

export function createAccountStore(database: Database): AccountStore {
  const {
    db,
    tables: { users, oneTimeSecrets, mails },
    transaction,
  } = database

  return {
    async suspend(id, suspendedAt) {
      const rows = await db
        .update(users)
        .set({ suspendedAt })
        .where(and(eq(users.id, id), isNull(users.suspendedAt)))
        .returning({ id: users.id })
      return rows.length > 0
    },
    async reinstate(id) {
      const rows = await db
        .update(users)
        .set({ suspendedAt: null })
        .where(and(eq(users.id, id), isNotNull(users.suspendedAt)))
        .returning({ id: users.id })
      return rows.length > 0
    },
    delete: (user) =>
      transaction(async () => {
        const { isTo, isOf } = addressedTo(database, user)
        await db.delete(mails).where(isTo)
        await db.delete(oneTimeSecrets).where(isOf)
        const rows = await db.delete(users).where(eq(users.id, user.id)).returning({ id: users.id })
        return rows.length > 0
      }),
  }
}
