import { and, count, eq, isNull } from 'drizzle-orm'
import type { RecoveryCodeStore } from '../../identity/totp/recovery-code-store.ts'
import type { Database } from '../database.ts'

export function createRecoveryCodeStore({
  db,
  tables: { recoveryCodes: codes },
  transaction,
}: Database): RecoveryCodeStore {
  const isUnusedOf = (userId: string) => and(eq(codes.userId, userId), isNull(codes.usedAt))

  return {
    replaceAll: (userId, codeHashes) =>
      transaction(async () => {
        await db.delete(codes).where(eq(codes.userId, userId))
        if (codeHashes.length > 0)
          await db.insert(codes).values(codeHashes.map((codeHash) => ({ userId, codeHash, usedAt: null })))
      }),
    async consume(userId, codeHash, at) {
      const rows = await db
        .update(codes)
        .set({ usedAt: at })
        .where(and(isUnusedOf(userId), eq(codes.codeHash, codeHash)))
        .returning({ userId: codes.userId })
      return rows.length > 0
    },
    async countUnused(userId) {
      const rows = await db.select({ count: count() }).from(codes).where(isUnusedOf(userId))
      return rows[0]?.count ?? 0
    },
  }
}
