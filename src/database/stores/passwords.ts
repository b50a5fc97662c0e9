import { and, eq, type Placeholder, sql } from 'drizzle-orm'
import type { PasswordStore } from '../../identity/user.ts'
import type { Database } from '../database.ts'

export function createPasswordStore({ db, tables: { credentials } }: Database): PasswordStore {
  const isPasswordOf = (userId: string | Placeholder) =>
    and(eq(credentials.userId, userId), eq(credentials.kind, 'PASSWORD'))
  const byUser = db
    .select({ secret: credentials.secret })
    .from(credentials)
    .where(isPasswordOf(sql.placeholder('userId')))
    .prepare('password_by_user')

  return {
    async find(userId) {
      const rows = await byUser.execute({ userId })
      return rows[0]?.secret ?? null
    },
    async put(userId, secret, at) {
      await db
        .insert(credentials)
        .values({ userId, kind: 'PASSWORD', secret, createdAt: at, updatedAt: at })
        .onConflictDoUpdate({ target: [credentials.userId, credentials.kind], set: { secret, updatedAt: at } })
    },
    async replace(userId, expected, secret, at) {
      const rows = await db
        .update(credentials)
        .set({ secret, updatedAt: at })
        .where(and(isPasswordOf(userId), eq(credentials.secret, expected)))
        .returning({ userId: credentials.userId })
      return rows.length > 0
    },
    async delete(userId) {
      const rows = await db.delete(credentials).where(isPasswordOf(userId)).returning({ userId: credentials.userId })
      return rows.length > 0
    },
  }
}
