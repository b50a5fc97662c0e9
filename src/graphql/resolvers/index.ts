import type { Resolvers } from '../__generated__/resolvers.ts'
import { accessResolvers } from './access.ts'
import { accountResolvers } from './accounts.ts'
import { apiTokenResolvers } from './api-tokens.ts'
import { auditResolvers } from './audit.ts'
import { documentResolvers } from './documents.ts'
import { emailResolvers } from './email.ts'
import { identityResolvers } from './identity.ts'
import { loginProviderResolvers } from './login-providers.ts'
import { nodeResolvers } from './node.ts'
import { passkeyResolvers } from './passkeys.ts'
import { secondFactorResolvers } from './second-factors.ts'

export const resolvers: Resolvers = {
  ...identityResolvers,
  ...accessResolvers,
  ...documentResolvers,
  ...auditResolvers,
  ...nodeResolvers,
  ...loginProviderResolvers,
  Query: {
    ...identityResolvers.Query,
    ...accessResolvers.Query,
    ...documentResolvers.Query,
    ...auditResolvers.Query,
    ...nodeResolvers.Query,
    ...loginProviderResolvers.Query,
  },
  Mutation: {
    ...identityResolvers.Mutation,
    ...passkeyResolvers.Mutation,
    ...apiTokenResolvers.Mutation,
    ...secondFactorResolvers.Mutation,
    ...emailResolvers.Mutation,
    ...accountResolvers.Mutation,
    ...accessResolvers.Mutation,
    ...documentResolvers.Mutation,
    ...loginProviderResolvers.Mutation,
  },
  User: {
    ...identityResolvers.User,
    ...passkeyResolvers.User,
    ...apiTokenResolvers.User,
  },
  Session: {
    ...identityResolvers.Session,
    ...apiTokenResolvers.Session,
  },
}
