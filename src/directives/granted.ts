import type { GraphQLSchema } from 'graphql'
import { policyOf } from './seal.ts'
import { standingOf, type Viewer } from './viewer.ts'

/** Gives the roles with all that they include, by the schema's `@grants`. Unknown roles are left out. */
export function grantedRoles(schema: GraphQLSchema, roles: readonly string[]): string[] {
  return [...policyOf(schema).grants.of(roles).roles]
}

/** Gives the permissions that a viewer has: what their roles grant, narrowed to an API token's scopes. */
export function grantedPermissions(schema: GraphQLSchema, viewer: Viewer | null): string[] {
  return [...standingOf(viewer, policyOf(schema).grants, Date.now()).permissions]
}
