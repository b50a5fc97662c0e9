import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import { ConflictError, InputError } from '../errors.ts'
import { parseBody, parseTitle } from './content.ts'
import type { Document } from './document.ts'
import { type Documents, getDocument } from './documents.ts'

export interface DocumentUpdate {
  id: string
  title?: string | null | undefined
  body?: string | null | undefined
  /** The version that the change is based on; null or left out, whichever is there is changed. */
  expectedVersion?: number | null | undefined
}

/**
 * Changes a document's title, body or both, and counts its version up.
 *
 * @throws InputError when there is nothing to change, or title or body cannot be taken
 * @throws NotFoundError when there is no such document
 * @throws ConflictError when it is not at `expectedVersion`
 */
export async function updateDocument(
  documents: Documents,
  { id, title, body, expectedVersion = null }: DocumentUpdate,
  origin: Origin,
): Promise<Document> {
  const changes = parseChanges({ title, body })
  return documents.transaction(async () => {
    const updated = await documents.documents.update(id, changes, expectedVersion, documents.clock.now())
    if (!updated) {
      const { version } = await getDocument(documents, id)
      throw new ConflictError(`The document has changed: it is at version ${version}, not ${expectedVersion}`)
    }
    await record(documents, origin, {
      action: 'DOCUMENT_UPDATED',
      subject: { type: 'Document', id },
      detail: Object.keys(changes).join(', '),
    })
    return updated
  })
}

function parseChanges({ title, body }: Pick<DocumentUpdate, 'title' | 'body'>): { title?: string; body?: string } {
  if (title === null) throw new InputError('title', 'A document must have a title: leave it out to keep it as it is')
  if (body === null) throw new InputError('body', 'A document must have a body: leave it out to keep it as it is')
  if (title === undefined && body === undefined) {
    throw new InputError('title', 'There is nothing to change: give a title, a body or both')
  }
  return {
    ...(title === undefined ? {} : { title: parseTitle(title) }),
    ...(body === undefined ? {} : { body: parseBody(body) }),
  }
}
