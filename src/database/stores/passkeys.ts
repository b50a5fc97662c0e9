import { and, asc, eq, inArray, lt } from 'drizzle-orm'
import type { PasskeyStore } from '../../identity/passkey/passkey.ts'
import type { Database } from '../database.ts'

export function createPasskeyStore({ db, tables: { passkeys } }: Database): PasskeyStore {
  const isOf = ({ id, userId }: { id: string; userId: string }) => and(eq(passkeys.id, id), eq(passkeys.userId, userId))

  return {
    async create(passkey) {
      const rows = await db
        .insert(passkeys)
        .values(passkey)
        .onConflictDoNothing({ target: passkeys.credentialId })
        .returning({ id: passkeys.id })
      return rows.length > 0
    },
    async find(id) {
      const rows = await db.select().from(passkeys).where(eq(passkeys.id, id))
      return rows[0] ?? null
    },
    async findByCredentialId(credentialId) {
      const rows = await db.select().from(passkeys).where(eq(passkeys.credentialId, credentialId))
      return rows[0] ?? null
    },
    listByUser: async (userId) =>
      db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
    listByUsers: async (userIds) =>
      db
        .select()
        .from(passkeys)
        .where(inArray(passkeys.userId, [...userIds]))
        .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
    async recordUse(id, { counter, backedUp, at }) {
      const rows = await db
        .update(passkeys)
        .set({ counter, backedUp, lastUsedAt: at })
        .where(and(eq(passkeys.id, id), counter === 0 ? eq(passkeys.counter, 0) : lt(passkeys.counter, counter)))
        .returning({ id: passkeys.id })
      return rows.length > 0
    },
    async rename(passkey, name) {
      const rows = await db.update(passkeys).set({ name }).where(isOf(passkey)).returning({ id: passkeys.id })
      return rows.length > 0
    },
    async delete(passkey) {
      const rows = await db.delete(passkeys).where(isOf(passkey)).returning({ id: passkeys.id })
      return rows.length > 0
    },
    async deleteAll(userId) {
      const rows = await db.delete(passkeys).where(eq(passkeys.userId, userId)).returning({ id: passkeys.id })
      return rows.length
    },
  }
}
