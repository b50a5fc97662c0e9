import { type GraphQLSchema, isObjectType } from 'graphql'
import type { Policy } from './compile.ts'
import type { GuardedField } from './enforce.ts'
import type { Executions } from './execution.ts'
import { locate, type PolicyFault, SchemaPolicyError } from './fault.ts'
import type { OnDecisions } from './operation-decisions.ts'

/** What a schema is guarded by. */
export interface Guard {
  policy: Policy
  /** The schema without its guards: for operations of which everything is allowed, and for nothing else. */
  unguarded: GraphQLSchema
  /** Every field of an object type, by coordinate. */
  fields: ReadonlyMap<string, GuardedField>
  executions: Executions
  onDecisions: OnDecisions | undefined
}

interface Seal extends Guard {
  /** The functions that run for each field, as they stood when the rules were put around them. */
  functions: ReadonlyMap<string, { resolve: unknown; subscribe: unknown }>
}

const seals = new WeakMap<GraphQLSchema, Seal>()

/** Remembers a schema as guarded, with the functions that guard it. */
export function seal(schema: GraphQLSchema, guard: Guard): GraphQLSchema {
  const functions = Array.from(functionsOf(schema), ([coordinate, found]) => [coordinate, found] as const)
  seals.set(schema, { ...guard, functions: new Map(functions) })
  return schema
}

/** @throws TypeError for a schema that authorizeSchema did not give */
export function policyOf(schema: GraphQLSchema): Policy {
  return guardOf(schema).policy
}

/** Gives the rules that a schema enforces; undefined for a schema that authorizeSchema did not give. */
export function findPolicy(schema: GraphQLSchema): Policy | undefined {
  return seals.get(schema)?.policy
}

/** @throws TypeError for a schema that authorizeSchema did not give */
export function guardOf(schema: GraphQLSchema): Guard {
  const found = seals.get(schema)
  if (!found) throw new TypeError('this schema is not one that authorizeSchema gave')
  return found
}

/**
 * Makes sure that a schema is as authorizeSchema gave it: no field added and no resolver replaced since.
 *
 * @throws SchemaPolicyError with every fault
 */
export function assertSealed(schema: GraphQLSchema): void {
  const found = seals.get(schema)
  if (!found) {
    const message = 'is not the one that authorizeSchema gave: extend or transform it before that, not after'
    throw new SchemaPolicyError([{ coordinate: 'schema', message, location: null }])
  }
  const faults: PolicyFault[] = []
  for (const [coordinate, functions, node] of functionsOf(schema)) {
    const before = found.functions.get(coordinate)
    const fault = (message: string) => faults.push({ coordinate, message, location: locate(node) })
    if (!before) fault('was added after the schema was authorized')
    else if (before.resolve !== functions.resolve)
      fault('has had its resolver replaced after the schema was authorized')
    else if (before.subscribe !== functions.subscribe)
      fault('has had its subscribe function replaced after the schema was authorized')
  }
  if (faults.length > 0) throw new SchemaPolicyError(faults)
}

function* functionsOf(schema: GraphQLSchema) {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const { name, resolve, subscribe, astNode } of Object.values(type.getFields())) {
      yield [`${type.name}.${name}`, { resolve, subscribe }, astNode] as const
    }
  }
}
