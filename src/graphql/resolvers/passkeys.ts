import { beginPasskeyLogin } from '../../identity/passkey/begin-passkey-login.ts'
import { beginPasskeyRegistration } from '../../identity/passkey/begin-passkey-registration.ts'
import { finishPasskeyLogin } from '../../identity/passkey/finish-passkey-login.ts'
import { finishPasskeyRegistration } from '../../identity/passkey/finish-passkey-registration.ts'
import { removeAuthenticator } from '../../identity/remove-authenticator.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { requireSession } from '../context.ts'
import { loadUser } from '../loaders.ts'
import { signIn } from '../sign-in.ts'

export const passkeyResolvers: Resolvers = {
  Mutation: {
    async beginPasskeyRegistration(_, __, context) {
      const session = requireSession(context)
      const user = await loadUser(context.loaders, session.user.id)
      return beginPasskeyRegistration(context.application.identity, { user, session })
    },

    async finishPasskeyRegistration(_, { response, name = null }, context) {
      const { application, client, loaders } = context
      const session = requireSession(context)
      const user = await loadUser(loaders, session.user.id)
      const passkey = await finishPasskeyRegistration(application.identity, { user, session, response, name }, client)
      return { ...passkey, method: 'PASSKEY' }
    },

    beginPasskeyLogin(_, __, { application, client, cookies }) {
      return beginPasskeyLogin(application.identity, { browserKey: cookies.bindBrowser() }, client)
    },

    async finishPasskeyLogin(_, input, context) {
      const { application, client, browserKey, session: currentSession } = context
      return signIn(
        context,
        await finishPasskeyLogin(application.identity, { ...input, browserKey, currentSession }, client),
      )
    },

    removeAuthenticator(_, { id }, context) {
      const { application, client } = context
      return removeAuthenticator(application.identity, { id, session: requireSession(context) }, client)
    },
  },

  User: {
    authenticators: ({ id }, _, { loaders }) => loaders.authenticators.load(id),
  },
}
