import type { AccessGrant, AccessLevel, Grantee } from '../access/access-grant.ts'
import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import { InputError } from '../errors.ts'
import type { Document } from './document.ts'
import { type Documents, getDocument } from './documents.ts'
import { describeGrantee, type GranteeInput, parseGrantee } from './grantee.ts'

/**
 * Shares a document, or changes the level at which the grantee has it, and gives the grant that stands then.
 *
 * @throws InputError when the grantee cannot be given access: named wrongly, unknown, or the owner
 * @throws NotFoundError when there is no such document
 */
export async function shareDocument(
  documents: Documents,
  { id, with: input, level }: { id: string; with: GranteeInput; level: AccessLevel },
  origin: Origin,
): Promise<AccessGrant> {
  const grantee = parseGrantee(input)
  return documents.transaction(async () => {
    await requireGrantable(documents, await getDocument(documents, id), grantee)
    const grant = await documents.grants.put({
      id: documents.createId(),
      resource: { type: 'Document', id },
      grantee,
      level,
      grantedBy: origin.actorId,
      grantedAt: documents.clock.now(),
    })
    await record(documents, origin, {
      action: 'ACCESS_GRANTED',
      subject: { type: 'Document', id },
      detail: `${level} to ${describeGrantee(grantee)}`,
    })
    return grant
  })
}

async function requireGrantable({ users }: Documents, document: Document, grantee: Grantee): Promise<void> {
  if (grantee.kind !== 'USER') return
  if (grantee.userId === document.owner.id) {
    throw new InputError('with.userId', 'The owner has MANAGE already: share with somebody else')
  }
  if (!(await users.find(grantee.userId))) throw new InputError('with.userId', 'There is no user with this id')
}
