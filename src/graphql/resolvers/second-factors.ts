import { reauthenticate } from '../../identity/reauthenticate.ts'
import { beginTotpEnrollment } from '../../identity/totp/begin-totp-enrollment.ts'
import { completeSecondFactor } from '../../identity/totp/complete-second-factor.ts'
import { confirmTotpEnrollment } from '../../identity/totp/confirm-totp-enrollment.ts'
import { regenerateRecoveryCodes } from '../../identity/totp/regenerate-recovery-codes.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { requireSession, requireViewer } from '../context.ts'
import { loadUser } from '../loaders.ts'
import { keep, signIn } from '../sign-in.ts'

export const secondFactorResolvers: Resolvers = {
  Mutation: {
    async completeSecondFactor(_, input, context) {
      const { application, client, browserKey, session: currentSession } = context
      const ceremony = { ...input, browserKey, currentSession }
      return signIn(context, await completeSecondFactor(application.identity, ceremony, client))
    },

    async reauthenticate(_, { password = null, code = null }, context) {
      const { application, client, loaders } = context
      const session = requireSession(context)
      const user = await loadUser(loaders, session.user.id)
      const signedIn = await reauthenticate(application.identity, { user, session, password, code }, client)
      keep(context, signedIn)
      context.session = signedIn.session
      return signedIn.session
    },

    async beginTotpEnrollment(_, __, context) {
      const user = await loadUser(context.loaders, requireViewer(context).id)
      return beginTotpEnrollment(context.application.identity, { user })
    },

    async confirmTotpEnrollment(_, { code }, context) {
      const { application, client, loaders } = context
      const session = requireSession(context)
      const user = await loadUser(loaders, session.user.id)
      return { codes: await confirmTotpEnrollment(application.identity, { user, session, code }, client) }
    },

    async regenerateRecoveryCodes(_, __, context) {
      const { application, client } = context
      const session = requireSession(context)
      return { codes: await regenerateRecoveryCodes(application.identity, { session }, client) }
    },
  },
}
