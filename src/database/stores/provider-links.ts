import { and, asc, eq } from 'drizzle-orm'
import type { ProviderLinkStore } from '../../identity/oauth/provider-link.ts'
import type { Database } from '../database.ts'

export function createProviderLinkStore({ db, tables: { providerLinks: links } }: Database): ProviderLinkStore {
  return {
    async create(link) {
      const rows = await db
        .insert(links)
        .values(link)
        .onConflictDoNothing({ target: [links.issuer, links.subject] })
        .returning({ id: links.id })
      return rows.length > 0
    },
    async find(issuer, subject) {
      const rows = await db
        .select()
        .from(links)
        .where(and(eq(links.issuer, issuer), eq(links.subject, subject)))
      return rows[0] ?? null
    },
    listByUser: async (userId) =>
      db.select().from(links).where(eq(links.userId, userId)).orderBy(asc(links.createdAt), asc(links.id)),
    async delete({ id, userId }) {
      const rows = await db
        .delete(links)
        .where(and(eq(links.id, id), eq(links.userId, userId)))
        .returning({ id: links.id })
      return rows.length > 0
    },
    async deleteAll(userId) {
      const rows = await db.delete(links).where(eq(links.userId, userId)).returning({ id: links.id })
      return rows.length
    },
  }
}
