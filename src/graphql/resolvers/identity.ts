import { grantedPermissions } from '../../directives/index.ts'
import { changePassword } from '../../identity/change-password.ts'
import { registerByMail } from '../../identity/email/register-by-mail.ts'
import { login } from '../../identity/login.ts'
import { logout } from '../../identity/logout.ts'
import { register } from '../../identity/register.ts'
import { revokeOtherSessions } from '../../identity/revoke-other-sessions.ts'
import { revokeSession } from '../../identity/revoke-session.ts'
import { updateProfile } from '../../identity/update-profile.ts'
import { parseSearch } from '../../search.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { createConnection } from '../connection.ts'
import { type Context, requireSession, requireViewer } from '../context.ts'
import { loadUser } from '../loaders.ts'
import { finishLogin, keep, signIn, signOut } from '../sign-in.ts'

export const identityResolvers: Resolvers = {
  Query: {
    session: (_, __, { session }) => session,
    // Read with the session already; nothing that a query does can change it.
    me: (_, __, { user }) => user,
    user: (_, { id }, { loaders }) => loaders.users.load(id),

    users(_, { search, ...args }, { application: { identity } }) {
      const query = { search: parseSearch('search', search) }
      return createConnection(
        { page: (request) => identity.users.list({ ...query, ...request }), count: () => identity.users.count(query) },
        args,
      )
    },
  },

  Mutation: {
    async register(_, input, context) {
      const { application, client, session: currentSession } = context
      if (application.identity.emailVerification === 'required') {
        await registerByMail(application.identity, input, () => context.cookies.bindBrowser(), client)
        return null
      }
      return signIn(context, await register(application.identity, { ...input, currentSession }, client))
    },

    async login(_, input, context) {
      const { application, client, session: currentSession } = context
      const bindBrowser = () => context.cookies.bindBrowser()
      const outcome = await login(application.identity, { ...input, currentSession, bindBrowser }, client)
      return finishLogin(context, outcome)
    },

    async logout(_, __, context) {
      const { application, client, sessionToken: token } = context
      await logout(application.identity, { token }, client)
      signOut(context)
      return true
    },

    updateProfile(_, { name }, context) {
      const { application, client } = context
      return updateProfile(application.identity, { userId: requireViewer(context).id, name }, client)
    },

    async changePassword(_, input, context) {
      const { application, client, loaders } = context
      const session = requireSession(context)
      const user = await loadUser(loaders, session.user.id)
      const signedIn = await changePassword(application.identity, { ...input, user, session }, client)
      keep(context, signedIn)
      context.session = signedIn.session
      return true
    },

    async revokeSession(_, { id }, context, { schema }) {
      const { application, client } = context
      const viewer = requireViewer(context)
      const mayManageUsers = grantedPermissions(schema, viewer).includes('USER_MANAGE')
      await revokeSession(application.identity, { id, viewer: { id: viewer.id, mayManageUsers } }, client)
      if (isCurrent(context, id)) signOut(context)
      return true
    },

    revokeOtherSessions(_, __, context) {
      const { application, client } = context
      return revokeOtherSessions(application.identity, { session: requireSession(context) }, client)
    },
  },

  User: {
    sessions: ({ id }, _, { loaders }) => loaders.sessions.load(id),
  },

  Session: {
    user: ({ user }, _, { loaders }) => loadUser(loaders, user.id),
    current: ({ id }, _, context) => isCurrent(context, id),
  },

  LoginResult: {
    __resolveType: (outcome) => ('challenge' in outcome ? 'SecondFactorRequired' : 'Session'),
  },
}

/** Whether it is the session of the cookie that the browser has once it gets the answer. */
function isCurrent({ established, session }: Context, id: string): boolean {
  return id === (established?.sessionId ?? session?.id)
}
