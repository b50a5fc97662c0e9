import { type GraphQLSchema, isEnumType } from 'graphql'
import { grantedPermissions } from '../../directives/index.ts'
import { createApiToken } from '../../identity/api-token/create-api-token.ts'
import type { Permission, Resolvers } from '../__generated__/resolvers.ts'
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
    permissions: ({ permissions }, _, __, { schema }) => permissions && namesOf(schema, permissions),
  },

  User: {
    permissions: ({ id, roles }, _, __, { schema }) => namesOf(schema, grantedPermissions(schema, { id, roles })),
  },
}

/** A scope that the schema knew when a token was made and has dropped since allows nothing. */
function namesOf(schema: GraphQLSchema, permissions: readonly string[]): Permission[] {
  const known = schema.getType('Permission')
  return permissions.flatMap((name) => (isEnumType(known) ? (known.getValue(name)?.value ?? []) : []))
}
