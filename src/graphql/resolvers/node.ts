import type { Resolvers } from '../__generated__/resolvers.ts'
import { concealAbsence } from '../conceal-absence.ts'

export const nodeResolvers: Resolvers = {
  Query: {
    async node(_, { id }, context, { schema }) {
      const { documents, identity } = context.application
      // All of them, wherever it is found: how long a refusal takes tells nobody of what type a foreign object is.
      const [document, user, session] = await Promise.all([
        documents.documents.find(id),
        context.loaders.users.load(id),
        identity.sessions.find(id, identity.clock.now()),
      ])
      if (!document && !user) await concealAbsence(context, schema, id)
      return document ?? user ?? session
    },
  },

  Node: {
    __resolveType(object) {
      if ('title' in object) return 'Document'
      return 'kind' in object ? 'Session' : 'User'
    },
  },
}
