import { and, inArray, sql } from 'drizzle-orm'
import type { AccessLevel } from '../../access/access-grant.ts'
import type { DocumentStore } from '../../documents/document.ts'
import type { Database } from '../database.ts'
import { askedBy, createDocumentAccess } from './document-access.ts'
import { prepareByShape } from './prepare-by-shape.ts'

interface Shape {
  level: AccessLevel
  roles: number
  ids: number
}

/** Makes the method that decides access to a batch of documents: asked on every guarded field, so always prepared. */
export function createFindAccessible(database: Database): DocumentStore['findAccessible'] {
  const { db, tables } = database
  const { documents } = tables
  const accessible = prepareByShape(({ level, roles, ids }: Shape) => {
    const { accessWays, holdsAny } = createDocumentAccess(database, roles)
    const asked = Array.from({ length: ids }, (_, position) => sql.placeholder(`id${position}`))
    return db
      .select({ id: documents.id })
      .from(documents)
      .where(and(inArray(documents.id, asked), holdsAny(accessWays(level))))
      .prepare('documents_accessible')
  })

  return async (subject, level, ids) => {
    if (ids.length === 0) return []
    const asked = padded(ids)
    const statement = accessible({ level, roles: subject.roles.length, ids: asked.length })
    const values = Object.fromEntries(asked.map((id, position) => [`id${position}`, id]))
    const rows = await statement.execute({ ...askedBy(subject), ...values })
    return rows.map(({ id }) => id)
  }
}

/** Repeats the last id up to the next power of two, so that batches of every size share a few statements. */
function padded(ids: readonly string[]): string[] {
  const size = 2 ** Math.ceil(Math.log2(ids.length))
  return Array.from({ length: size }, (_, position) => ids[Math.min(position, ids.length - 1)] ?? '')
}
