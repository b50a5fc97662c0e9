import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import type { Document } from './document.ts'
import { type Documents, getDocument } from './documents.ts'

/**
 * Publishes a document: every signed-in user may read it from then on. Publishing again changes nothing and records
 * nothing.
 *
 * @throws NotFoundError when there is no such document
 */
export async function publishDocument(documents: Documents, id: string, origin: Origin): Promise<Document> {
  return documents.transaction(async () => {
    const document = await getDocument(documents, id)
    if (document.published) return document
    const changes = { published: true } as const
    const published = await documents.documents.update(id, changes, document.version, documents.clock.now())
    // Somebody changed it in between, perhaps by publishing it: what stands now decides.
    if (!published) return publishDocument(documents, id, origin)
    await record(documents, origin, { action: 'DOCUMENT_PUBLISHED', subject: { type: 'Document', id } })
    return published
  })
}
