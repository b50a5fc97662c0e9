import type { AccessGrant, Grantee } from '../access/access-grant.ts'
import { record } from '../audit/record.ts'
import type { PersonalData } from '../identity/personal-data.ts'
import { canonicalEmail, type User } from '../identity/user.ts'
import type { Document } from './document.ts'
import type { Documents } from './documents.ts'

const pageSize = 100

/**
 * What this domain keeps of people: their documents, which go with their accounts, and what is shared with them. Grants
 * to an address are its owner's alone, so they go only where the user had proved that it is theirs.
 */
export function createPersonalDocuments(documents: Omit<Documents, 'changes'>): PersonalData {
  return {
    async collect(user) {
      const owned = []
      for await (const page of ownedDocuments(documents, user)) {
        const grants = await documents.grants.list(
          'Document',
          page.map(({ id }) => id),
        )
        const byDocument = Map.groupBy(grants, ({ resource }) => resource.id)
        for (const { owner: _owner, ...document } of page)
          owned.push({ ...document, grants: (byDocument.get(document.id) ?? []).map(describe) })
      }
      const shared = []
      for (const grantee of granteesOf(user)) shared.push(...(await documents.grants.listByGrantee(grantee)))
      return {
        documents: owned,
        sharedWithUser: shared.map((grant) => ({ resource: grant.resource, ...describe(grant) })),
      }
    },

    async erase(user, origin) {
      const ids = await documents.documents.deleteByOwner(user.id)
      await documents.grants.removeAllOf('Document', ids)
      for (const grantee of granteesOf(user)) await documents.grants.removeGrantee(grantee)
      for (const id of ids) {
        const detail = 'with the account of its owner'
        await record(documents, origin, { action: 'DOCUMENT_DELETED', subject: { type: 'Document', id }, detail })
      }
    },
  }
}

async function* ownedDocuments({ documents }: Pick<Documents, 'documents'>, { id }: User): AsyncGenerator<Document[]> {
  const filter = { search: null, ownerId: id, published: null, sharedWithMe: null }
  const query = { subject: { id, roles: [] }, visibility: { kind: 'all' }, filter, first: pageSize } as const
  for (let after: string | null = null; ; ) {
    const { items, hasNextPage } = await documents.list({ ...query, after })
    yield items
    const last = items.at(-1)
    if (!hasNextPage || !last) return
    after = last.id
  }
}

function granteesOf({ id, email, emailVerified }: User): Grantee[] {
  const itself: Grantee = { kind: 'USER', userId: id }
  return emailVerified ? [itself, { kind: 'INVITEE', email: canonicalEmail(email) }] : [itself]
}

function describe({ grantee, level, grantedAt }: AccessGrant) {
  return { grantee, level, grantedAt }
}
