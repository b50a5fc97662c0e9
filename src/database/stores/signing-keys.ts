import { desc, isNull } from 'drizzle-orm'
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
    list: async () => db.select().from(keys).orderBy(desc(keys.createdAt), desc(keys.kid)),
    async retire({ kid, algorithm }, at) {
      const rows = await db
        .insert(keys)
        .values({ kid, algorithm, sealedKey: '', createdAt: at, retiredAt: at })
        .onConflictDoUpdate({
          target: keys.kid,
          set: { sealedKey: '', retiredAt: at },
          setWhere: isNull(keys.retiredAt),
        })
        .returning({ kid: keys.kid })
      return rows.length > 0
    },
  }
}
