import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import { type Documents, getDocument } from './documents.ts'
import { describeGrantee, type GranteeInput, parseGrantee } from './grantee.ts'

/**
 * Takes a grantee's access back. False, and nothing recorded, when there was no grant. Access that the grantee has in
 * another way, through a role for instance, stays.
 *
 * @throws InputError when the grantee is named wrongly
 * @throws NotFoundError when there is no such document
 */
export async function unshareDocument(
  documents: Documents,
  { id, with: input }: { id: string; with: GranteeInput },
  origin: Origin,
): Promise<boolean> {
  const grantee = parseGrantee(input)
  return documents.transaction(async () => {
    await getDocument(documents, id)
    const removed = await documents.grants.remove({ type: 'Document', id }, grantee)
    if (!removed) return false
    await record(documents, origin, {
      action: 'ACCESS_WITHDRAWN',
      subject: { type: 'Document', id },
      detail: `from ${describeGrantee(grantee)}`,
    })
    return true
  })
}
