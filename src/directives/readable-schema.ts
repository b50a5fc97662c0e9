import type { GraphQLSchema } from 'graphql'
import { authorizeSchema } from './authorize-schema.ts'
import { readPolicy } from './read-policy.ts'
import { findPolicy } from './seal.ts'

const readable = new WeakMap<GraphQLSchema, GraphQLSchema>()

/**
 * Gives a schema whose rules can be planned with by tools that run nothing: an authorized schema as it is, of any other
 * a copy in which every data rule stays open.
 *
 * @throws SchemaPolicyError with every fault of the SDL
 */
export function readableSchema(schema: GraphQLSchema): GraphQLSchema {
  if (findPolicy(schema)) return schema
  const known = readable.get(schema)
  if (known) return known
  const conditions = [...readPolicy(schema).requirements.values()].flat().flatMap(({ any }) => any.flat())
  const policies = conditions.flatMap((condition) =>
    condition.kind === 'policy' ? [[condition.name, refuse] as const] : [],
  )
  const copy = authorizeSchema(schema, {
    viewer: () => null,
    established: () => null,
    access: refuse,
    policies: Object.fromEntries(policies),
    onWarning: () => {},
  })
  readable.set(schema, copy)
  return copy
}

/** Nothing runs on such a schema; if something did, it would be told nothing. */
const refuse = (): never => {
  throw new TypeError('this schema is for reading its rules only')
}
