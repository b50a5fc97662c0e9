import { accessMemory } from '../../directives/index.ts'
import { createDocument } from '../../documents/create-document.ts'
import { deleteDocument } from '../../documents/delete-document.ts'
import { listDocuments } from '../../documents/list-documents.ts'
import { publishDocument } from '../../documents/publish-document.ts'
import { shareDocument } from '../../documents/share-document.ts'
import { unshareDocument } from '../../documents/unshare-document.ts'
import { updateDocument } from '../../documents/update-document.ts'
import type { PageRequest } from '../../page.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { concealAbsence } from '../conceal-absence.ts'
import { createConnection } from '../connection.ts'
import { type Context, originOf, requireViewer } from '../context.ts'
import { accessImplied, accessSubject, documentVisibility } from '../document-visibility.ts'
import { createEventSource } from '../event-source.ts'
import { loadUser } from '../loaders.ts'

export const documentResolvers: Resolvers = {
  Query: {
    async document(_, { id }, context, { schema }) {
      const document = await context.application.documents.documents.find(id)
      if (!document) await concealAbsence(context, schema, id)
      return document
    },

    documents(_, { filter, ...args }, context, info) {
      const viewer = requireViewer(context)
      const visibility = documentVisibility(info.schema, viewer)
      const subject = accessSubject(info.schema, viewer)
      const listing = listDocuments(context.application.documents, { subject, visibility, filter: filter ?? {} })
      const remember = accessMemory(viewer, context, info)
      const page = async (request: PageRequest) => {
        const found = await listing.page(request)
        // The list's own statement decided it: asking again would cost as much as the list.
        const ids = found.items.map(({ id }) => id)
        for (const level of accessImplied(visibility)) remember({ resource: 'Document', level, ids })
        return found
      }
      return createConnection({ ...listing, page }, args)
    },
  },

  Mutation: {
    createDocument(_, content, context) {
      const ownerId = requireViewer(context).id
      return createDocument(context.application.documents, { ownerId, ...content }, originOf(context))
    },

    updateDocument: (_, update, context) => updateDocument(context.application.documents, update, originOf(context)),

    publishDocument: (_, { id }, context) => publishDocument(context.application.documents, id, originOf(context)),

    async deleteDocument(_, { id }, context) {
      await deleteDocument(context.application.documents, id, originOf(context))
      return true
    },

    shareDocument: (_, share, context) => shareDocument(context.application.documents, share, originOf(context)),

    unshareDocument: (_, share, context) => unshareDocument(context.application.documents, share, originOf(context)),
  },

  Subscription: {
    documentChanged: {
      subscribe: (_, { id }, { application, live }) =>
        createEventSource((tell) => {
          const endings = [application.documents.changes.listen(id, tell), live?.onChange(() => tell('changed'))]
          return () => {
            for (const end of endings) end?.()
          }
        }),
      resolve: (_event: unknown, { id }: { id: string }, { application }: Context) =>
        application.documents.documents.find(id),
    },
  },

  Document: {
    owner: ({ owner }, _, { loaders }) => loadUser(loaders, owner.id),
    grants: ({ id }, _, { loaders }) => loaders.grants.load(id),
    // Whoever gets here is allowed to: the rule in the schema has decided.
    mayChange: () => true,
  },

  AccessGrant: {
    grantee: ({ grantee }, _, { loaders }) => (grantee.kind === 'USER' ? loadUser(loaders, grantee.userId) : grantee),
    grantedBy: ({ grantedBy }, _, { loaders }) => (grantedBy === null ? null : loaders.users.load(grantedBy)),
  },

  Grantee: {
    __resolveType: (grantee) => ('kind' in grantee ? granteeTypes[grantee.kind] : 'User'),
  },

  Everyone: {
    everyone: () => true,
  },
}

const granteeTypes = { INVITEE: 'Invitee', ROLE: 'RoleGrantee', EVERYONE: 'Everyone' } as const
