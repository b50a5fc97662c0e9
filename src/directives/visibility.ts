import { type GraphQLSchema, isObjectType } from 'graphql'
import { allow, decideStatically, isResidue } from './decide.ts'
import { isRootTypeName } from './path.ts'
import type { DataCondition } from './rule.ts'
import { guardOf } from './seal.ts'
import { standingOf, type Viewer } from './viewer.ts'

/** One way in which an object is visible: everything in it must hold. */
export type VisibilityWay = readonly Exclude<DataCondition, { kind: 'policy' }>[]

/** Which objects of a type a viewer may see, as data that a store turns into a query. */
export type Visibility =
  | { kind: 'all' }
  | { kind: 'none' }
  /** Every rule must hold; a rule holds when one of its ways does. */
  | { kind: 'some'; rules: readonly { any: readonly VisibilityWay[] }[] }

/**
 * Gives the type's own rule for a viewer, so that lists and counts are decided by the schema and not by a copy of it.
 * Does not take rules of the type's fields into account.
 *
 * @param schema - as authorizeSchema gave it
 * @param now - milliseconds since the epoch; by the schema's own clock unless told
 * @throws TypeError for anything but an object type that is no root, whose objects no rule of its own would be about;
 * and when the type's rule has a policy: a function cannot become part of a query
 */
export function visibility(schema: GraphQLSchema, viewer: Viewer | null, typeName: string, now?: number): Visibility {
  const { policy, executions } = guardOf(schema)
  if (!isObjectType(schema.getType(typeName)) || isRootTypeName(schema, typeName))
    throw new TypeError(`visibility() should get the name of an object type, not ${JSON.stringify(typeName)}`)
  const { requirements, grants } = policy
  const requirement = requirements.get(typeName) ?? []
  if (requirement.some((rule) => rule.any.flat().some((condition) => condition.kind === 'policy'))) {
    throw new TypeError(`the rule on ${typeName} names a policy, which no query can decide`)
  }
  const outcome = decideStatically(requirement, standingOf(viewer, grants, now ?? executions.now()))
  if (!isResidue(outcome)) return { kind: outcome === allow ? 'all' : 'none' }
  return { kind: 'some', rules: outcome.map((rule) => ({ any: rule.any as readonly VisibilityWay[] })) }
}
