import { and, desc, eq, isNull, lt, ne } from 'drizzle-orm'
import type { SigningKeyStore } from '../../identity/signing-key-store.ts'
import type { Database } from '../database.ts'

export function createSigningKeyStore({ db, tables: { signingKeys: keys } }: Database): SigningKeyStore {
  return {
    async create(key) {
      const rows = await db
        .insert(keys)
        .values(key)
        .onConflictDoNothing({ target: keys.kid })
        .returning({ kid: keys.kid })
      return rows.length > 0
    },
    list: async () =>
      db.select().from(keys).where(isNull(keys.retiredAt)).orderBy(desc(keys.createdAt), desc(keys.kid)),
    async retire(kid, at) {
      const rows = await db
        .update(keys)
        .set({ retiredAt: at })
        .where(and(eq(keys.kid, kid), isNull(keys.retiredAt)))
        .returning({ kid: keys.kid })
      return rows.length > 0
    },
    async retireAll(except, at) {
      const rows = await db
        .update(keys)
        .set({ retiredAt: at })
        .where(and(isNull(keys.retiredAt), except === null ? undefined : ne(keys.kid, except)))
        .returning({ kid: keys.kid })
      return rows.map(({ kid }) => kid)
    },
    async purge(before) {
      const rows = await db.delete(keys).where(lt(keys.retiredAt, before)).returning({ kid: keys.kid })
      return rows.length
    },
  }
}
