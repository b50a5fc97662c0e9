import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import { type Documents, documentNotFound } from './documents.ts'

/**
 * Deletes a document and every grant on it.
 *
 * @throws NotFoundError when there is no such document
 */
export async function deleteDocument(documents: Documents, id: string, origin: Origin): Promise<void> {
  await documents.transaction(async () => {
    await documents.grants.removeAll({ type: 'Document', id })
    const deleted = await documents.documents.delete(id)
    if (!deleted) throw documentNotFound()
    await record(documents, origin, { action: 'DOCUMENT_DELETED', subject: { type: 'Document', id } })
  })
}
