import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import type { Requirement } from './rule.ts'

/** A place in arguments at which a rule stands, or inside which one does. What stands in a schema's default is not the client's. */
export interface GuardedPlace {
  name: string
  requirement: Requirement | undefined
  /** The input type to go on into. */
  inside: readonly GuardedPlace[] | undefined
  /** True where the schema's default is null: it cannot be marked, so it is left out and put back. */
  defaultsToNull: boolean
}

/** The guarded places in the arguments of every field that has any, by the field's coordinate. */
export type GuardedInputs = ReadonlyMap<string, readonly GuardedPlace[]>

/** The schema's own defaults, by the stand-ins that the executor fills in for them: nobody else can give those. */
const originals = new WeakMap<object, unknown>()

/** Finds the guarded places in the arguments of every field. */
export function guardedInputs(schema: GraphQLSchema, requirements: ReadonlyMap<string, Requirement>): GuardedInputs {
  const inputs = new Map<string, readonly GuardedPlace[]>()
  const within = new Map<string, GuardedPlace[]>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`
      const places = placesIn(field.args, (name) => `${coordinate}(${name}:)`, requirements, within)
      if (places.length > 0) inputs.set(coordinate, places)
    }
  }
  return inputs
}

type Slot = { name: string; type: GraphQLInputType; defaultValue?: unknown }

function placesIn(
  slots: Iterable<Slot>,
  coordinateOf: (name: string) => string,
  requirements: ReadonlyMap<string, Requirement>,
  within: Map<string, GuardedPlace[]>,
): GuardedPlace[] {
  const places: GuardedPlace[] = []
  for (const { name, type, defaultValue } of slots) {
    const requirement = requirements.get(coordinateOf(name))
    const named = getNamedType(type)
    let inside: GuardedPlace[] | undefined
    if (leadsToRule(type, requirements) && isInputObjectType(named)) {
      inside = within.get(named.name)
      if (!inside) {
        inside = []
        // Remembered before it is filled: an input type may hold itself.
        within.set(named.name, inside)
        const fields = Object.values(named.getFields())
        inside.push(...placesIn(fields, (field) => `${named.name}.${field}`, requirements, within))
      }
    }
    if (requirement || inside) places.push({ name, requirement, inside, defaultsToNull: defaultValue === null })
  }
  return places
}

/** Whether a rule stands somewhere inside an input type. */
export function leadsToRule(
  type: GraphQLInputType,
  requirements: ReadonlyMap<string, Requirement>,
  seen = new Set<string>(),
): boolean {
  const named = getNamedType(type)
  if (!isInputObjectType(named) || seen.has(named.name)) return false
  seen.add(named.name)
  return Object.values(named.getFields()).some(
    (field) => requirements.has(`${named.name}.${field.name}`) || leadsToRule(field.type, requirements, seen),
  )
}

/** Gives the requirements of every guarded place that the client filled: with null too, but not by the schema's default. */
export function providedRequirements(
  places: readonly GuardedPlace[],
  args: Readonly<Record<string, unknown>>,
): Requirement[] {
  const found = new Set<Requirement>()
  collect(places, args, found)
  return [...found]
}

function collect(places: readonly GuardedPlace[], value: unknown, found: Set<Requirement>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(places, item, found)
  } else if (typeof value === 'object' && value !== null) {
    for (const { name, requirement, inside } of places) {
      if (!Object.hasOwn(value, name)) continue
      const given = (value as Record<string, unknown>)[name]
      if (given === undefined || isStandIn(given)) continue
      if (requirement) found.add(requirement)
      if (inside) collect(inside, given, found)
    }
  }
}

/** Gives the arguments with the schema's own values where stand-ins stood; the same object where there were none. */
export function withDefaults<Value>(places: readonly GuardedPlace[], value: Value): Value {
  if (Array.isArray(value)) {
    const items = value.map((item) => withDefaults(places, item))
    return items.some((item, index) => item !== value[index]) ? (items as Value) : value
  }
  if (typeof value !== 'object' || value === null) return value
  let replaced: Record<string, unknown> | null = null
  for (const { name, inside, defaultsToNull } of places) {
    const given = (value as Record<string, unknown>)[name]
    let actual = given
    if (isStandIn(given)) actual = originals.get(given)
    else if (given === undefined && defaultsToNull) actual = null
    else if (inside) actual = withDefaults(inside, given)
    if (actual !== given) {
      replaced ??= { ...(value as Record<string, unknown>) }
      replaced[name] = actual
    }
  }
  return (replaced as Value | null) ?? value
}

function isStandIn(value: unknown): value is object {
  return typeof value === 'object' && value !== null && originals.has(value)
}

/**
 * Puts a stand-in for each default of a guarded place, in a schema of our own: from then on what a client provides can
 * be told from what the schema fills in, even where the two are the same.
 */
export function markDefaults(schema: GraphQLSchema, requirements: ReadonlyMap<string, Requirement>): void {
  const mark = (slot: GraphQLArgument | GraphQLInputField, coordinate: string) => {
    if (slot.defaultValue === undefined) return
    if (!requirements.has(coordinate) && !leadsToRule(slot.type, requirements)) return
    const leaf = getNullableType(slot.type)
    slot.defaultValue = standInFor(slot.defaultValue, isLeafType(leaf))
    // Introspection prints defaults through the leaf types: those must know what a stand-in stands for.
    if (isLeafType(leaf) && !isSpecifiedScalarType(leaf)) {
      const serialize = leaf.serialize.bind(leaf)
      leaf.serialize = (value: unknown) => serialize(isStandIn(value) ? originals.get(value) : value)
    }
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) mark(field, `${type.name}.${field.name}`)
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        for (const argument of field.args) mark(argument, `${type.name}.${field.name}(${argument.name}:)`)
      }
    }
  }
}

/** A value equal to the default that no client can give; the built-in scalars print a boxed one as it is. */
function standInFor(value: unknown, isLeaf: boolean): unknown {
  if (value === null) return undefined
  const isPrimitive = typeof value !== 'object'
  const standIn = Array.isArray(value) ? [...value] : isPrimitive ? Object(value) : isLeaf ? {} : { ...value }
  originals.set(standIn, value)
  return standIn
}
