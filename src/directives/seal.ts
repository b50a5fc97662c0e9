import { type ASTNode, type GraphQLSchema, isAbstractType, isInputObjectType, isObjectType } from 'graphql'
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
  /** What each field and type was when the rules were put around it. */
  parts: ReadonlyMap<string, Part>
}

/** What of an element decides what runs and what that is taken for, by what it is called in faults. */
type Part = Readonly<Record<string, unknown>>

const seals = new WeakMap<GraphQLSchema, Seal>()

/** Remembers a schema as guarded, with the functions that guard it. */
export function seal(schema: GraphQLSchema, guard: Guard): GraphQLSchema {
  const parts = Array.from(partsOf(schema), ([coordinate, part]) => [coordinate, part] as const)
  seals.set(schema, { ...guard, parts: new Map(parts) })
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
 * Makes sure that a schema is as authorizeSchema gave it: no field or argument added, no type and no resolver of a field
 * or of a type replaced since.
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
  for (const [coordinate, part, node] of partsOf(schema)) {
    const before = found.parts.get(coordinate)
    const fault = (message: string) => faults.push({ coordinate, message, location: locate(node) })
    if (!before) fault('was added after the schema was authorized')
    else
      for (const [name, value] of Object.entries(part))
        if (before[name] !== value) fault(`has had its ${name} replaced after the schema was authorized`)
  }
  if (faults.length > 0) throw new SchemaPolicyError(faults)
}

function* partsOf(schema: GraphQLSchema): Generator<readonly [coordinate: string, Part, ASTNode | null | undefined]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isAbstractType(type)) {
      const types = schema.getPossibleTypes(type).map(({ name }) => name)
      yield [type.name, { 'type resolver': type.resolveType, types: types.join() }, type.astNode]
    }
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        yield [`${type.name}.${field.name}`, { type: field.type }, field.astNode]
    if (!isObjectType(type)) continue
    yield [type.name, { 'type check': type.isTypeOf }, type.astNode]
    for (const field of Object.values(type.getFields())) {
      const { resolve: resolver, subscribe, astNode } = field
      const coordinate = `${type.name}.${field.name}`
      yield [coordinate, { resolver, 'subscribe function': subscribe, type: field.type }, astNode]
      for (const argument of field.args)
        yield [`${coordinate}(${argument.name}:)`, { type: argument.type }, argument.astNode]
    }
  }
}
