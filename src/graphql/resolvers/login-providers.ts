import { beginProviderAuthorization } from '../../identity/oauth/begin-provider-authorization.ts'
import { unlinkProvider } from '../../identity/oauth/unlink-provider.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { originOf, requireSession, requireViewer } from '../context.ts'

export const loginProviderResolvers: Resolvers = {
  Query: {
    loginProviders: (_, __, { application: { identity } }) =>
      [...identity.loginProviders.values()].map(({ id, name }) => ({ id, name, startPath: `/oauth/${id}/start` })),
  },

  LoginProvider: {
    async linked({ id }, _, context) {
      const { providerLinks, loginProviders } = context.application.identity
      const links = await providerLinks.listByUser(requireViewer(context).id)
      return links.some(({ provider, issuer }) => provider === id && loginProviders.get(id)?.issuer === issuer)
    },
  },

  Mutation: {
    async beginProviderLink(_, { provider, returnTo }, context) {
      const { application, client, cookies } = context
      const linkTo = requireSession(context)
      const input = { provider, returnPath: returnTo ?? '/', browserKey: cookies.bindBrowser(), linkTo }
      return { url: (await beginProviderAuthorization(application.identity, input, client)).href }
    },

    async unlinkLoginProvider(_, { provider }, context) {
      const session = requireSession(context)
      await unlinkProvider(context.application.identity, { session, provider }, originOf(context))
      return true
    },
  },
}
