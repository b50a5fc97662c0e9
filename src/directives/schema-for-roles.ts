import { type GraphQLSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql'
import { expectAccess, standingOfRoles } from './access-decision.ts'
import type { Policy } from './compile.ts'
import { type Coordinate, coordinatesOf } from './coordinates.ts'
import { isRootTypeName } from './path.ts'
import { pruneSchema } from './prune-schema.ts'
import { reachableTypes } from './reachable-types.ts'
import { readPolicy } from './read-policy.ts'
import { ruleType } from './type-defs.ts'
import type { Standing } from './viewer.ts'
import { type Parts, settle } from './visible-parts.ts'

/** How many sets of roles are remembered for each schema. */
const rememberedSets = 32
const remembered = new WeakMap<GraphQLSchema, Map<string, GraphQLSchema>>()

/**
 * Gives the schema as viewers with these roles see it: what they could ever be allowed, without the directives of this
 * layer. It is for printing and introspection, never to run operations on, and holds no resolvers.
 *
 * A type that hides one of an interface's fields, where that interface still has it, is shown as not implementing it.
 * Does not hide what descriptions tell. Scopes of API tokens are not looked at.
 *
 * @param roles - null for anonymous viewers, who also see what a `@signsIn` field may show to whomever it signs in
 * @throws SchemaPolicyError for a schema that was not authorized and could not be
 */
export function schemaForRoles(schema: GraphQLSchema, roles: readonly string[] | null): GraphQLSchema {
  const policy = readPolicy(schema)
  // Roles that the schema does not know count for nothing, so no caller can make up ever new sets.
  const key = roles === null ? 'anonymous' : [...policy.grants.of(roles).roles].sort().join(' ')
  const known = remembered.get(schema) ?? new Map<string, GraphQLSchema>()
  remembered.set(schema, known)
  const found = known.get(key)
  if (found) return found
  const pruned = pruneSchema(schema, visibleParts(schema, policy, roles))
  const [oldest] = known.keys()
  if (known.size >= rememberedSets && oldest !== undefined) known.delete(oldest)
  known.set(key, pruned)
  return pruned
}

function visibleParts(schema: GraphQLSchema, policy: Policy, roles: readonly string[] | null): Parts {
  const standing = standingOfRoles(roles, policy.grants)
  const coordinates = [...coordinatesOf(schema, policy)].filter(({ typeName }) => typeName !== ruleType)
  const permitted = (standingIn: (typeName: string) => Standing) =>
    settle(
      schema,
      coordinates
        .filter((entry) => isEverAllowed(entry, standingIn(entry.typeName)))
        .map(({ coordinate }) => coordinate),
    )
  if (roles !== null || policy.signsIn.size === 0) return permitted(() => standing)

  // Whoever signs in has some roles; what a viewer without any sees is the part that all of them have in common.
  const signedIn = standingOfRoles([], policy.grants)
  const below = typesBelowSignIn(
    schema,
    policy,
    permitted(() => signedIn),
  )
  return permitted((typeName) => (below.has(typeName) ? signedIn : standing))
}

/** Of the ways to an interface's element, one that is open will do. */
function isEverAllowed({ ways }: Coordinate, standing: Standing): boolean {
  return ways.some((way) => expectAccess(way, standing) !== 'deny')
}

function typesBelowSignIn(schema: GraphQLSchema, { signsIn }: Policy, parts: Parts): Set<string> {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {})
  const results = fields.filter(({ name }) => signsIn.has(`${schema.getMutationType()?.name}.${name}`))
  const below = reachableTypes(
    schema,
    parts,
    results.map(({ type }) => getNamedType(type)),
  )
  for (const name of below) {
    const type = schema.getType(name)
    // The rest of the API is for the next request, with the session that this one made.
    if (isRootTypeName(schema, name) || !(isObjectType(type) || isInterfaceType(type))) below.delete(name)
  }
  return below
}
