import { changeEmail } from '../../identity/email/change-email.ts'
import { loginWithCode } from '../../identity/email/login-with-code.ts'
import { requestEmailVerification } from '../../identity/email/request-email-verification.ts'
import { requestLoginCode } from '../../identity/email/request-login-code.ts'
import { requestPasswordReset } from '../../identity/email/request-password-reset.ts'
import { resetPassword } from '../../identity/email/reset-password.ts'
import { verifyEmail } from '../../identity/email/verify-email.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { requireSession } from '../context.ts'
import { loadUser } from '../loaders.ts'
import { finishLogin } from '../sign-in.ts'

export const emailResolvers: Pick<Resolvers, 'Mutation'> = {
  Mutation: {
    async requestEmailVerification(_, __, context) {
      const { application, client, loaders } = context
      const user = await loadUser(loaders, requireSession(context).user.id)
      await requestEmailVerification(application.identity, user, client)
      return true
    },

    async verifyEmail(_, { token }, { application, client, browserKey, session, viewer }) {
      // An API token is no browser that set a password.
      const input = { token, session: viewer?.interactive ? session : null, browserKey }
      await verifyEmail(application.identity, input, client)
      return true
    },

    async changeEmail(_, { newEmail }, context) {
      const { application, client, loaders } = context
      const session = requireSession(context)
      const user = await loadUser(loaders, session.user.id)
      await changeEmail(application.identity, { user, session, newEmail }, client)
      return true
    },

    async requestPasswordReset(_, { email }, { application, client }) {
      await requestPasswordReset(application.identity, email, client)
      return true
    },

    async resetPassword(_, input, { application, client }) {
      await resetPassword(application.identity, input, client)
      return true
    },

    async requestLoginCode(_, { email }, { application, client, cookies }) {
      const bindBrowser = () => cookies.bindBrowser()
      await requestLoginCode(application.identity, { email, bindBrowser }, client)
      return true
    },

    async loginWithCode(_, { email, code }, context) {
      const { application, client, browserKey, session: currentSession, cookies } = context
      const bindBrowser = () => cookies.bindBrowser()
      const input = { email, code, browserKey, bindBrowser, currentSession }
      return finishLogin(context, await loginWithCode(application.identity, input, client))
    },
  },
}
