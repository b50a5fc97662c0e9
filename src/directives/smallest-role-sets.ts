import type { GraphQLSchema } from 'graphql'
import { authorizeOperation } from './authorize-operation.ts'
import type { OperationRequest } from './operation.ts'
import { readableSchema } from './readable-schema.ts'
import { guardOf } from './seal.ts'

/** A set of roles, or one of the two viewers without: `null` is anonymous, an empty list is signed in. */
export type RoleSet = readonly string[] | null

/** The most roles that are tried together. */
const largestSet = 4

/**
 * Gives the smallest sets of roles whose viewers may run an operation: nothing in it is certain to be denied to them,
 * and no part of the set is enough. Empty where nobody may. They are taken to have signed in just now, with a browser;
 * what hangs on the data is taken to hold.
 *
 * @param given - as authorizeSchema gave it, or before that
 * @throws TypeError when the document has no such operation
 */
export function smallestRoleSets(given: GraphQLSchema, request: OperationRequest): RoleSet[] {
  const schema = readableSchema(given)
  const { policy, executions } = guardOf(schema)
  const mayRun = (set: RoleSet) => {
    const viewer = set && { id: 'anybody', roles: set, authenticatedAt: new Date(executions.now()) }
    return authorizeOperation(schema, { ...request, viewer }).allowed
  }
  if (mayRun(null)) return [null]
  if (mayRun([])) return [[]]
  const roles = policy.grants.names
  const found: string[][] = []
  let tried: string[][] = [[]]
  for (let size = 1; size <= Math.min(largestSet, roles.length); size++) {
    tried = tried.flatMap((set) => roles.slice(roles.indexOf(set.at(-1) ?? '') + 1).map((role) => [...set, role]))
    const candidates = tried.filter((set) => !found.some((smaller) => smaller.every((role) => set.includes(role))))
    found.push(...candidates.filter(mayRun))
  }
  return found
}
