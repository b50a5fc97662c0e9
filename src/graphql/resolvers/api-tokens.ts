import { isEnumType } from 'graphql'
import { grantedPermissions } from '../../directives/index.ts'
import { createApiToken } from '../../identity/api-token/create-api-token.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { requireSession, requireViewer } from '../context.ts'

/** Days. */
const defaultLife = 90

export const apiTokenResolvers: Resolvers = {
  Mutation: {
    createApiToken(_, { name, permissions, expiresInDays }, context, { schema }) {
      const { application, client } = context
      const input = {
        session: requireSession(context),
        grantedPermissions: grantedPermissions(schema, requireViewer(context)),
        name,
        permissions: permissions ?? null,
        expiresInDays: expiresInDays ?? defaultLife,
      }
      return createApiToken(application.identity, input, client)
    },
  },

  Session: {
    permissions({ permissions }, _, __, { schema }) {
      const known = schema.getType('Permission')
      // A scope that the schema knew when the token was made and has dropped since allows nothing.
      return permissions?.flatMap((name) => (isEnumType(known) ? (known.getValue(name)?.value ?? []) : [])) ?? null
    },
  },
}
