import type { DocumentStore } from '../documents/document.ts'
import type { AccessLevel, AccessSubject } from './access-grant.ts'

/** Which objects of one type a subject asks for, and how much of them. */
export interface AccessRequest {
  /** The type's name in the schema. */
  resource: string
  level: AccessLevel
  ids: readonly string[]
}

/**
 * Decides for each id, in order, whether the subject has at least the level there: one statement for all of them.
 * An id that names nothing is refused like one that names a stranger's object. Permissions are not looked at.
 *
 * @throws TypeError when the type has no access control list: nobody has access to what cannot be decided
 */
export async function decideAccess(
  documents: Pick<DocumentStore, 'findAccessible'>,
  subject: AccessSubject,
  { resource, level, ids }: AccessRequest,
): Promise<boolean[]> {
  if (resource !== 'Document') throw new TypeError(`"${resource}" has no access control list`)
  const accessible = new Set(await documents.findAccessible(subject, level, [...new Set(ids)]))
  return ids.map((id) => accessible.has(id))
}
