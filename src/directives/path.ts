import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql'
import type { Reading } from './rule.ts'

/** What a path may start from. */
export interface PathBase {
  /** The type whose values the rule is about; null on root fields, which have no object. */
  object: GraphQLType | null
  /** The field's arguments; null on types. */
  args: readonly GraphQLArgument[] | null
}

/** Tells where the rules on a type or field read from. */
export function baseOf(
  schema: GraphQLSchema,
  typeName: string,
  field: GraphQLField<unknown, unknown> | null,
): PathBase {
  const type = schema.getType(typeName)
  const isRoot = isRootTypeName(schema, typeName)
  return { object: isRoot || !type ? null : (type as GraphQLType), args: field?.args ?? null }
}

/** Tells where the rules on an input field read from: the arguments of each field that takes such an input. */
export function basesOfInput(schema: GraphQLSchema, inputName: string): PathBase[] {
  const bases: PathBase[] = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const { args } of Object.values(type.getFields())) {
      if (args.some((argument) => leadsTo(argument.type, inputName, new Set()))) bases.push({ object: null, args })
    }
  }
  return bases
}

function leadsTo(type: GraphQLType, inputName: string, seen: Set<string>): boolean {
  const named = getNamedType(type)
  if (!isInputObjectType(named) || seen.has(named.name)) return false
  seen.add(named.name)
  return (
    named.name === inputName || Object.values(named.getFields()).some((field) => leadsTo(field.type, inputName, seen))
  )
}

export function isRootTypeName(schema: GraphQLSchema, name: string): boolean {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].some(
    (type) => type?.name === name,
  )
}

/** Reads a path such as `user.id` or `args.input.ownerId` and checks every step against the SDL; text is a fault. */
export function parsePath(path: string, bases: readonly PathBase[]): Reading | string {
  const readings = bases.map((base) => parsePathFrom(path, base))
  return (
    readings.find((reading) => typeof reading === 'string') ??
    readings[0] ??
    `the path "${path}" starts nowhere: no field takes this input`
  )
}

function parsePathFrom(path: string, base: PathBase): Reading | string {
  const steps = path.split('.')
  if (steps[0] === 'args') {
    if (base.args === null) return `the path "${path}" starts from arguments, and a type has none`
    const problem = followArguments(path, steps.slice(1), base.args)
    return problem ?? { from: 'args', path: steps.slice(1) }
  }
  if (base.object === null) return `the path "${path}" must start with "args.": a root field has no object to read from`
  const problem = follow(path, steps, base.object)
  return problem ?? { from: 'object', path: steps }
}

function followArguments(
  path: string,
  [name, ...rest]: readonly string[],
  args: readonly GraphQLArgument[],
): string | null {
  const argument = args.find((candidate) => candidate.name === name)
  if (!argument)
    return `the path "${path}" names no argument of this field (${args.map((known) => known.name).join(', ') || 'it has none'})`
  return follow(path, rest, argument.type)
}

function follow(path: string, steps: readonly string[], start: GraphQLType): string | null {
  let type = getNullableType(start)
  for (const step of steps) {
    if (isListType(type)) return `the path "${path}" leads through a list before "${step}"`
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) {
      return `the path "${path}" goes on to "${step}" from ${type}, which has no fields`
    }
    const field: { type: GraphQLType } | undefined = type.getFields()[step]
    if (!field) return `the path "${path}" names no field "${step}" of ${type.name}`
    type = getNullableType(field.type)
  }
  if (isListType(type)) return `the path "${path}" ends at a list`
  return isLeafType(type) ? null : `the path "${path}" ends at ${type}, which is no scalar`
}
