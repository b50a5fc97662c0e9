import { and, count, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Document, DocumentQuery, DocumentStore } from '../../documents/document.ts'
import type { PageRequest } from '../../page.ts'
import type { Database } from '../database.ts'
import type { Tables } from '../tables.ts'
import { createFindAccessible } from './accessible-documents.ts'
import { askedBy } from './document-access.ts'
import { type DocumentShape, rulesOf, selectDocuments } from './document-selection.ts'
import { toPage } from './page.ts'
import { prepareByShape } from './prepare-by-shape.ts'
import { containing } from './search.ts'

export function createDocumentStore(database: Database): DocumentStore {
  const { db, tables } = database
  const { documents } = tables
  const byId = db
    .select()
    .from(documents)
    .where(eq(documents.id, sql.placeholder('id')))
    .prepare('document_by_id')
  const listing = prepareByShape((shape: DocumentShape) =>
    db
      .select()
      .from(documents)
      .where(selectDocuments(database, shape, true))
      .orderBy(desc(documents.id))
      .limit(sql.placeholder('limit'))
      .prepare('documents_listed'),
  )
  const counting = prepareByShape((shape: DocumentShape) =>
    db
      .select({ count: count() })
      .from(documents)
      .where(selectDocuments(database, shape, false))
      .prepare('documents_counted'),
  )

  return {
    async create({ owner, ...document }) {
      await db.insert(documents).values({ ...document, ownerId: owner.id })
    },
    async find(id) {
      const rows = await byId.execute({ id })
      return rows[0] ? toDocument(rows[0]) : null
    },
    async findMany(ids) {
      const rows = await db
        .select()
        .from(documents)
        .where(inArray(documents.id, [...ids]))
      return rows.map(toDocument)
    },
    async list(query) {
      const shape = shapeOf(query)
      if (shape === null) return { items: [], hasNextPage: false }
      const rows = await listing(shape).execute({ ...valuesOf(query), after: query.after, limit: query.first + 1 })
      return toPage(rows.map(toDocument), query.first)
    },
    async count(query) {
      const shape = shapeOf(query)
      if (shape === null) return 0
      const rows = await counting(shape).execute(valuesOf(query))
      return rows[0]?.count ?? 0
    },
    findAccessible: createFindAccessible(database),
    async update(id, changes, expectedVersion, at) {
      const isExpected = expectedVersion === null ? undefined : eq(documents.version, expectedVersion)
      const rows = await db
        .update(documents)
        .set({ ...changes, version: sql`${documents.version} + 1`, updatedAt: at })
        .where(and(eq(documents.id, id), isExpected))
        .returning()
      return rows[0] ? toDocument(rows[0]) : null
    },
    async delete(id) {
      const rows = await db.delete(documents).where(eq(documents.id, id)).returning({ id: documents.id })
      return rows.length > 0
    },
    async deleteByOwner(ownerId) {
      const rows = await db.delete(documents).where(eq(documents.ownerId, ownerId)).returning({ id: documents.id })
      return rows.map(({ id }) => id)
    },
  }
}

function shapeOf({ subject, visibility, filter, ...page }: DocumentQuery & Partial<PageRequest>): DocumentShape | null {
  const rules = rulesOf(visibility)
  if (rules === null) return null
  return {
    rules,
    roles: subject.roles.length,
    search: filter.search !== null,
    ownerId: filter.ownerId !== null,
    published: filter.published,
    sharedWithMe: filter.sharedWithMe,
    after: typeof page.after === 'string',
  }
}

function valuesOf({ subject, filter }: DocumentQuery): Record<string, unknown> {
  const { search, ownerId } = filter
  return { ...askedBy(subject), pattern: search === null ? null : containing(search), ownerId }
}

function toDocument({ ownerId, ...document }: Tables['documents']['$inferSelect']): Document {
  return { ...document, owner: { id: ownerId } }
}
