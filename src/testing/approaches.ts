import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql'

/** One field on the way from a root to an object. */
export interface Edge {
  type: GraphQLObjectType
  field: GraphQLField<unknown, unknown>
}

/** The fields from a root to where objects of a type come from. Empty for a root itself. */
export type Approach = readonly Edge[]

/** The approaches to each object type, shortest first. */
export interface Approaches {
  to(typeName: string): readonly Approach[]
  /** How many longer ones to a type were left out: at least. */
  leftOut(typeName: string): number
}

/** How many approaches may end with the same field. */
const perEdge = 3

/**
 * Finds the ways from the root types to every object type. Every field that can be reached is the end of one way, however
 * long; other ways are at most `depth` fields long, and at most {@link perEdge} end with the same field.
 */
export function findApproaches(schema: GraphQLSchema, depth: number): Approaches {
  const found = new Map<string, Approach[]>()
  const dropped = new Map<string, number>()
  const ends = new Map<string, number>()
  const queue: { type: GraphQLObjectType; approach: Approach }[] = []
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (!root) continue
    found.set(root.name, [[]])
    queue.push({ type: root, approach: [] })
  }
  for (const { type, approach } of queue) {
    for (const field of Object.values(type.getFields())) {
      const types = possibleTypes(schema, getNamedType(field.type))
      if (types.length === 0 || approach.some((edge) => edge.type === type && edge.field === field)) continue
      const end = `${type.name}.${field.name}`
      const taken = ends.get(end) ?? 0
      if (taken >= perEdge || (taken > 0 && approach.length >= depth)) {
        for (const { name } of types) dropped.set(name, (dropped.get(name) ?? 0) + 1)
        continue
      }
      ends.set(end, taken + 1)
      const longer = [...approach, { type, field }]
      for (const next of types) {
        found.set(next.name, [...(found.get(next.name) ?? []), longer])
        queue.push({ type: next, approach: longer })
      }
    }
  }
  return { to: (typeName) => found.get(typeName) ?? [], leftOut: (typeName) => dropped.get(typeName) ?? 0 }
}

/** Gives the object types that values of a type can have. */
export function possibleTypes(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type]
  return isAbstractType(type) ? schema.getPossibleTypes(type) : []
}
