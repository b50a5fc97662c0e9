import { deleteAccount } from '../../identity/delete-account.ts'
import { reinstateUser } from '../../identity/reinstate-user.ts'
import { suspendUser } from '../../identity/suspend-user.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { originOf, requireViewer } from '../context.ts'
import { signOut } from '../sign-in.ts'

export const accountResolvers: Resolvers = {
  Mutation: {
    async suspendUser(_, { userId }, context) {
      const user = await suspendUser(context.application.identity, userId, originOf(context))
      if (userId === requireViewer(context).id) signOut(context)
      return user
    },

    reinstateUser: (_, { userId }, context) => reinstateUser(context.application.identity, userId, originOf(context)),

    async deleteAccount(_, { userId }, context) {
      await deleteAccount(context.application.identity, userId, originOf(context))
      if (userId === requireViewer(context).id) signOut(context)
      return true
    },
  },
}
