import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import { AuthenticationError } from '../errors.ts'
import { parseBody, parseTitle } from './content.ts'
import type { Document } from './document.ts'
import type { Documents } from './documents.ts'

/**
 * Makes a document, unpublished and shared with nobody.
 *
 * @throws InputError when title or body is too long, or the title is empty
 * @throws AuthenticationError when the owner's account is gone
 */
export async function createDocument(
  documents: Documents,
  { ownerId, title, body }: { ownerId: string; title: string; body: string },
  origin: Origin,
): Promise<Document> {
  const now = documents.clock.now()
  const document: Document = {
    id: documents.createId(),
    title: parseTitle(title),
    body: parseBody(body),
    published: false,
    owner: { id: ownerId },
    version: 1,
    createdAt: now,
    updatedAt: now,
  }
  await documents.transaction(async () => {
    if (!(await documents.users.find(ownerId))) throw new AuthenticationError('UNAUTHENTICATED')
    await documents.documents.create(document)
    await record(documents, origin, { action: 'DOCUMENT_CREATED', subject: { type: 'Document', id: document.id } })
  })
  return document
}
