import { and, desc, eq, inArray, lt, not, type SQL, sql } from 'drizzle-orm'
import type { DocumentFilter, Visibility } from '../../documents/document.ts'
import type { Database } from '../database.ts'
import { createDocumentAccess, type Way } from './document-access.ts'
import { matches } from './search.ts'

type Rules = Extract<Visibility, { kind: 'some' }>['rules']

/** What a statement that selects documents depends on, beside the values of its placeholders. */
export interface DocumentShape {
  rules: Rules
  roles: number
  search: boolean
  ownerId: boolean
  /** Its value itself: a placeholder would hand SQLite a boolean, which it does not know. */
  published: DocumentFilter['published']
  sharedWithMe: DocumentFilter['sharedWithMe']
  after: boolean
}

/** The rules that must hold, none for `all`; null when nothing can be visible, as with a rule that has no way. */
export function rulesOf(visibility: Visibility): Rules | null {
  if (visibility.kind === 'all') return []
  if (visibility.kind !== 'some' || visibility.rules.length === 0) return null
  const rules = visibility.rules.map(({ any }) => ({
    any: any.filter(({ owner, access }) => owner || access !== null),
  }))
  return rules.every(({ any }) => any.length > 0) ? rules : null
}

/**
 * Makes the condition that selects a shape's documents. Where access restricts them it does not walk all documents: it
 * starts from each way to one, takes of each at most `limit`, the newest first, and these together hold the newest
 * `limit` of all.
 */
export function selectDocuments(database: Database, shape: DocumentShape, limit: boolean): SQL | undefined {
  const { db, tables } = database
  const { documents, accessGrants } = tables
  const { isOwner, grantWays, waysOf, holdsAny } = createDocumentAccess(database, shape.roles)
  const after = sql.placeholder('after')
  const shared = grantWays('READ')
  const rules = shape.rules.filter((rule) => !impliedBySharing(shape, rule)).map(({ any }) => any.flatMap(waysOf))
  const starts = shape.sharedWithMe === true ? shared : rules.shift()

  const filter = and(
    shape.after ? lt(documents.id, after) : undefined,
    shape.search ? matches(database, [documents.title, documents.body], sql.placeholder('pattern')) : undefined,
    shape.ownerId ? eq(documents.ownerId, sql.placeholder('ownerId')) : undefined,
    shape.published === null ? undefined : eq(documents.published, shape.published),
    shape.sharedWithMe === true ? not(isOwner) : undefined,
    shape.sharedWithMe === false ? not(sql`(${not(isOwner)} and ${holdsAny(shared)})`) : undefined,
    ...rules.map(holdsAny),
  )
  if (starts === undefined) return filter

  const newest = ({ by, condition }: Way) => {
    const found =
      by === 'document'
        ? db
            .select({ id: documents.id })
            .from(documents)
            .where(and(condition, filter))
            .orderBy(desc(documents.id))
            .$dynamic()
        : db
            .select({ id: documents.id })
            .from(accessGrants)
            .innerJoin(documents, eq(documents.id, accessGrants.resourceId))
            .where(and(condition, shape.after ? lt(accessGrants.resourceId, after) : undefined, filter))
            .orderBy(desc(accessGrants.resourceId))
            .$dynamic()
    return limit ? found.limit(sql.placeholder('limit')) : found
  }
  const found = starts.map((way) => sql`select id from ${newest(way).as('found')}`)
  return inArray(documents.id, sql`(${sql.join(found, sql` union all `)})`)
}

/** Whether a rule needs no second look: what is shared with somebody they may read. */
function impliedBySharing({ sharedWithMe }: DocumentShape, { any }: Rules[number]): boolean {
  return sharedWithMe === true && any.some(({ owner, access }) => !owner && access === 'READ')
}
