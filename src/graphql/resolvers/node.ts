import type { Resolvers } from '../__generated__/resolvers.ts'

export const nodeResolvers: Resolvers = {
  Query: {
    async node(_, { id }, { application: { documents, identity }, loaders }) {
      return (
        (await documents.documents.find(id)) ??
        (await loaders.users.load(id)) ??
        (await identity.sessions.find(id, identity.clock.now()))
      )
    },
  },

  Node: {
    __resolveType(object) {
      if ('title' in object) return 'Document'
      return 'kind' in object ? 'Session' : 'User'
    },
  },
}
