import type { AccessGrantStore } from '../access/access-grant.ts'
import { tellAfter } from '../after-transaction.ts'
import type { Notifications } from '../notifications.ts'
import type { Transaction } from '../transaction.ts'
import type { DocumentStore } from './document.ts'

/** What became of a document: its content or whom it is shared with changed, or it is gone. */
export type DocumentChangeKind = 'changed' | 'deleted'

/** Which document it became of: nothing of what stands in it, which is for those alone who may read it. */
export interface DocumentChange {
  id: string
  kind: DocumentChangeKind
}

/** Where all instances are told. */
export const documentChannel = 'documents'

/** Changes of documents, whichever instance they are made on. */
export interface DocumentChanges {
  /**
   * Calls `listener` when the document changed, or may have: where word of it may be lost, it is taken to have changed.
   * Gives what ends it.
   */
  listen(id: string, listener: (kind: DocumentChangeKind) => void): () => void
}

export function createDocumentChanges(notifications: Notifications): DocumentChanges {
  const listeners = new Map<string, Set<{ hear: (kind: DocumentChangeKind) => void }>>()
  const tell = (id: string, kind: DocumentChangeKind) => {
    for (const { hear } of [...(listeners.get(id) ?? [])]) hear(kind)
  }
  notifications.subscribe(documentChannel, (payload) => {
    const { id, kind } = parseDocumentChange(payload)
    tell(id, kind)
  })
  notifications.onGap(() => {
    for (const id of [...listeners.keys()]) tell(id, 'changed')
  })

  return {
    listen(id, listener) {
      const entry = { hear: listener }
      const listening = listeners.get(id) ?? new Set()
      listeners.set(id, listening.add(entry))
      return () => {
        listening.delete(entry)
        if (listening.size === 0 && listeners.get(id) === listening) listeners.delete(id)
      }
    },
  }
}

/**
 * Makes stores, and a transaction over them, that tell of each change to a document or to whom it is shared with once
 * it is kept. What is written past these stores is not told of.
 *
 * @param tell - is awaited by whoever made the change; it should not fail
 */
export function tellDocumentChanges(
  { documents, grants }: { documents: DocumentStore; grants: AccessGrantStore },
  transact: Transaction,
  tell: (change: DocumentChange) => Promise<void>,
): { documents: DocumentStore; grants: AccessGrantStore; transaction: Transaction } {
  const { transaction, changed } = tellAfter(transact, tell)
  return {
    transaction,
    documents: {
      ...documents,
      async update(id, ...more) {
        const updated = await documents.update(id, ...more)
        if (updated) await changed({ id, kind: 'changed' })
        return updated
      },
      async delete(id) {
        const deleted = await documents.delete(id)
        if (deleted) await changed({ id, kind: 'deleted' })
        return deleted
      },
      async deleteByOwner(ownerId) {
        const ids = await documents.deleteByOwner(ownerId)
        for (const id of ids) await changed({ id, kind: 'deleted' })
        return ids
      },
    },
    grants: {
      ...grants,
      async put(grant) {
        const put = await grants.put(grant)
        if (grant.resource.type === 'Document') await changed({ id: grant.resource.id, kind: 'changed' })
        return put
      },
      async remove(resource, ...more) {
        const removed = await grants.remove(resource, ...more)
        if (removed && resource.type === 'Document') await changed({ id: resource.id, kind: 'changed' })
        return removed
      },
    },
  }
}

/** Writes a change for other instances. */
export function printDocumentChange({ id, kind }: DocumentChange): string {
  return `${kind} ${id}`
}

/** Reads one; of what it cannot tell, as of a newer version, it says that it changed. */
function parseDocumentChange(text: string): DocumentChange {
  const space = text.indexOf(' ')
  return { id: text.slice(space + 1), kind: text.slice(0, space) === 'deleted' ? 'deleted' : 'changed' }
}
