import type { AccessGrantStore } from '../access/access-grant.ts'
import type { AuditStore } from '../audit/audit-event.ts'
import type { Clock } from '../clock.ts'
import { NotFoundError } from '../errors.ts'
import type { CreateId } from '../id.ts'
import type { UserStore } from '../identity/user.ts'
import type { Transaction } from '../transaction.ts'
import type { Document, DocumentStore } from './document.ts'
import type { DocumentChanges } from './document-changes.ts'

/** All that the functions of this folder work with; made in compose.ts, handed to each as its first argument. */
export interface Documents {
  documents: DocumentStore
  grants: AccessGrantStore
  changes: DocumentChanges
  users: UserStore
  audit: AuditStore
  transaction: Transaction
  clock: Clock
  createId: CreateId
}

/** @throws NotFoundError when there is no such document */
export async function getDocument({ documents }: Pick<Documents, 'documents'>, id: string): Promise<Document> {
  const document = await documents.find(id)
  if (!document) throw documentNotFound()
  return document
}

export function documentNotFound(): NotFoundError {
  return new NotFoundError('There is no document with this id')
}
