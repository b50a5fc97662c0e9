import { beginProviderAuthorization } from '../../identity/oauth/begin-provider-authorization.ts'
import { unlinkProvider } from '../../identity/oauth/unlink-provider.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { originOf, requireSession } from '../context.ts'

export const loginProviderResolvers: Resolvers = {
  Query: {
    loginProviders: (_, __, { application: { identity } }) =>
      [...identity.loginProviders.values()].map(({ id, name }) => ({ id, name, startPath: `/oauth/${id}/start` })),
  },

  Mutation: {
    async beginProviderLink(_, { provider }, context) {
      const { application, client, cookies } = context
      const input = { provider, returnPath: '/', browserKey: cookies.bindBrowser(), linkTo: requireSession(context) }
      return { url: (await beginProviderAuthorization(application.identity, input, client)).href }
    },

    async unlinkLoginProvider(_, { provider }, context) {
      const session = requireSession(context)
      await unlinkProvider(context.application.identity, { session, provider }, originOf(context))
      return true
    },
  },
}
