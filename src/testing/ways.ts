import { type GraphQLSchema, getNamedType } from 'graphql'
import type { Approaches } from './approaches.ts'
import type { GuardedCoordinate, InputUse } from './guarded-coordinates.ts'
import type { Provision } from './input-values.ts'
import { type Way, waysAlong } from './way.ts'

/** The ways to a coordinate. */
export interface Ways {
  /** One for each field from which it can be reached, the plainest first: none of these may be left out. */
  needed: readonly Way[]
  /** Every kind of selection for each type that is said to be returned, then the plain one along every other approach. */
  others: readonly Way[]
}

/**
 * Gives the ways to a coordinate. To an argument or input field these are the ways to give it, along the shortest approach
 * to each field that takes it.
 */
export function waysTo(schema: GraphQLSchema, approaches: Approaches, target: GuardedCoordinate): Ways {
  if (target.kind === 'input') {
    return { needed: target.uses.flatMap((use) => waysToGive(schema, approaches, use)), others: [] }
  }
  const { type } = target
  const field = target.kind === 'field' ? (type.getFields()[target.fieldName] ?? null) : null
  const needed: Way[] = []
  const selections: Way[] = []
  const rest: Way[] = []
  const edges = new Set<object | undefined>()
  const returned = new Set<object | undefined>()
  for (const approach of approaches.to(type.name)) {
    const [plain, ...variants] = waysAlong(schema, approach, type, field)
    const edge = approach.at(-1)?.field
    const returns = edge && getNamedType(edge.type)
    if (plain) (edges.has(edge) ? rest : needed).push(plain)
    if (!returned.has(returns)) selections.push(...variants)
    edges.add(edge)
    returned.add(returns)
  }
  return { needed, others: [...selections, ...rest] }
}

function waysToGive(schema: GraphQLSchema, approaches: Approaches, use: InputUse): Way[] {
  const { type, fieldName, place, isNullable, isOptional } = use
  const [approach] = approaches.to(type.name)
  const [way] = approach ? waysAlong(schema, approach, type, type.getFields()[fieldName] ?? null) : []
  if (!way) return []
  const provisions: Provision[] = [
    { place, as: 'value' },
    ...(isNullable ? [{ place, as: 'null' as const }] : []),
    ...(isOptional ? [{ place, as: 'absent' as const }] : []),
  ]
  return provisions.flatMap((provision) => [false, true].map((isLiteral) => ({ ...way, provision, isLiteral })))
}
