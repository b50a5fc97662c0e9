import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  type GraphQLFieldConfig,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNullableType,
} from 'graphql'
import { type Policy, possibleTypes } from './compile.ts'
import { type Awaitable, allow, type Decision, denied, error, isResidue } from './decide.ts'
import { notFound, toError } from './denial.ts'
import { type Execution, isPromise } from './execution.ts'
import { type GuardedInputs, type GuardedPlace, providedRequirements, withDefaults } from './input.ts'
import type { Party } from './party.ts'
import { isRootTypeName } from './path.ts'
import type { Requirement } from './rule.ts'

type Args = Readonly<Record<string, unknown>>
type Resolver = (object: unknown, args: Args, context: unknown, info: GraphQLResolveInfo) => unknown

/** What enforcement needs beside the schema. */
export interface Enforcement {
  policy: Policy
  executionOf(context: unknown, info: GraphQLResolveInfo): Execution
  onError(cause: unknown, coordinate: string): void
}

/**
 * Gives a field's resolver with every rule on its way: those of the field before it runs; those of the types that it
 * can return before it runs where the viewer alone decides, otherwise on each object it returns.
 * Null where there is nothing to enforce.
 */
export function guardResolver(field: GuardedField, resolve: Resolver, enforcement: Enforcement): Resolver | null {
  if (!field.isRoot && !field.requirement && !field.inputs && field.objectRequirements.length === 0) return null

  const complete = (result: unknown, party: Party, context: unknown, info: GraphQLResolveInfo): unknown => {
    if (isPromise(result)) return result.then((settled) => complete(settled, party, context, info))
    const isMissing = field.isLookup && (result === null || result === undefined)
    if (allowedOutright(field, party)) return isMissing ? notFound : result
    if (isMissing) return toError(denied(party.standing))
    return guardValue(result, info.returnType, { party, context, info, enforcement, coordinate: field.coordinate })
  }
  const run = (party: Party, execution: Execution, [object, given, context, info]: Parameters<Resolver>): unknown => {
    if (field.isMutation) party.forget()
    return afterDeciding(field, party, object, given, (args) => {
      const result = resolve(object, args, context, info)
      if (field.signsIn) return afterSigningIn(result, execution, context, info)
      // Most results need no second look; then a promise is handed on as it is.
      if (!field.isLookup && allowedOutright(field, party)) return result
      return complete(result, party, context, info)
    })
  }
  const afterSigningIn = async (result: unknown, execution: Execution, context: unknown, info: GraphQLResolveInfo) => {
    const settled = await result
    return complete(settled, await execution.establish(info.path), context, info)
  }

  return (...call) => {
    const [, , context, info] = call
    const execution = enforcement.executionOf(context, info)
    const party = execution.at(info.path)
    return isPromise(party) ? party.then((known) => run(known, execution, call)) : run(party, execution, call)
  }
}

/** Gives a subscription's source with the rules before it: a denied viewer starts no stream. Events are guarded by the resolver. */
export function guardSubscribe(field: GuardedField, subscribe: Resolver, enforcement: Enforcement): Resolver {
  return async (object, args, context, info) => {
    const party = await enforcement.executionOf(context, info).at(info.path)
    return afterDeciding(field, party, object, args, (settled) => subscribe(object, settled, context, info))
  }
}

/**
 * Goes on only where the field's rule, those of the arguments that the client provided, and that of what the field
 * returns as far as the viewer alone decides it, allow it.
 */
function afterDeciding(
  field: GuardedField,
  party: Party,
  object: unknown,
  given: Args,
  proceed: (args: Args) => unknown,
): unknown {
  const args = field.inputs ? withDefaults(field.inputs, given) : given
  const follow = (decision: Decision): unknown => {
    const outcome = decision === allow ? deniedOutright(field, party) : decision
    return outcome === null ? proceed(args) : toError(outcome)
  }
  const requirement = field.inputs
    ? [...(field.requirement ?? []), ...providedRequirements(field.inputs, given).flat()]
    : field.requirement
  if (!requirement) return follow(allow)
  const decision = party.decide(requirement, { object, args })
  return isPromise(decision) ? decision.then(follow) : follow(decision)
}

/** What enforcement knows of a field before anything runs. */
export interface GuardedField {
  coordinate: string
  requirement: Requirement | undefined
  /** Where in its arguments rules stand. */
  inputs: readonly GuardedPlace[] | undefined
  /** Those of the types that the field can return; types without rules have none. */
  objectRequirements: readonly Requirement[]
  /** Whether every type that the field can return has rules. */
  everyTypeGuarded: boolean
  isRoot: boolean
  isMutation: boolean
  isList: boolean
  signsIn: boolean
  /** A nullable root field that finds one object by the argument its type's access rule reads, `id` unless told. */
  isLookup: boolean
}

export function describeField(
  schema: GraphQLSchema,
  typeName: string,
  fieldName: string,
  { type, args }: Pick<GraphQLFieldConfig<unknown, unknown>, 'type' | 'args'>,
  policy: Policy,
  inputs: GuardedInputs,
): GuardedField {
  const coordinate = `${typeName}.${fieldName}`
  const names = possibleTypes(schema, getNamedType(type))
  const objectRequirements = names.flatMap((name) => {
    const requirement = policy.requirements.get(name)
    return requirement ? [requirement] : []
  })
  const isRoot = isRootTypeName(schema, typeName)
  const isList = isListType(getNullableType(type))
  return {
    coordinate,
    requirement: policy.requirements.get(coordinate),
    inputs: inputs.get(coordinate),
    objectRequirements,
    everyTypeGuarded: objectRequirements.length === names.length,
    isRoot,
    isMutation: schema.getMutationType()?.name === typeName,
    isList,
    signsIn: policy.signsIn.has(coordinate),
    isLookup:
      isRoot &&
      !isList &&
      isNullableType(type) &&
      names.length > 0 &&
      lookupArguments(objectRequirements).some((name) => name in (args ?? {})),
  }
}

/** The arguments that tell which object a root field looks for. */
function lookupArguments(objectRequirements: readonly Requirement[]): string[] {
  const conditions = objectRequirements.flat().flatMap((rule) => rule.any.flat())
  const paths = conditions.flatMap((condition) => (condition.kind === 'access' ? [condition.at.path] : []))
  return paths.length === 0
    ? ['id']
    : paths.flatMap(([name, ...rest]) => (name !== undefined && rest.length === 0 ? [name] : []))
}

function allowedOutright(field: GuardedField, party: Party): boolean {
  return field.objectRequirements.every((requirement) => party.statically(requirement) === allow)
}

/** The denial of a field that can return nothing the viewer may see; null where it can, or where that hangs on the object. */
function deniedOutright(field: GuardedField, party: Party): Decision | null {
  if (field.isList || field.signsIn || !field.everyTypeGuarded) return null
  let denial: Decision | null = null
  for (const requirement of field.objectRequirements) {
    const outcome = party.statically(requirement)
    if (outcome === allow || isResidue(outcome)) return null
    if (
      denial === null ||
      outcome.effect === 'error' ||
      (denial.effect === 'deny' && denial.code === 'REAUTHENTICATION_REQUIRED')
    )
      denial = outcome
  }
  return denial
}

/** What guarding a value goes by. */
interface Surroundings {
  party: Party
  context: unknown
  info: GraphQLResolveInfo
  enforcement: Enforcement
  coordinate: string
}

/** Puts an error in the place of every object that the viewer may not see. Lists are decided item by item. */
function guardValue(value: unknown, type: GraphQLOutputType, at: Surroundings): unknown {
  if (value === null || value === undefined || value instanceof Error) return value
  if (isPromise(value)) return value.then((settled) => guardValue(settled, type, at))
  const nullable = getNullableType(type)
  if (isListType(nullable)) return guardList(value, nullable.ofType, at)
  if (!isAbstractType(nullable)) return guardObject(value, getNamedType(nullable).name, at)
  const name = runtimeType(value, nullable, at)
  return isPromise(name) ? name.then((settled) => guardObject(value, settled, at)) : guardObject(value, name, at)
}

function guardList(value: unknown, itemType: GraphQLOutputType, at: Surroundings): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, (item) => guardValue(item, itemType, at))
  if (Symbol.asyncIterator in value) return guardStream(value as AsyncIterable<unknown>, itemType, at)
  return value
}

async function* guardStream(items: AsyncIterable<unknown>, itemType: GraphQLOutputType, at: Surroundings) {
  for await (const item of items) yield await guardValue(item, itemType, at)
}

function guardObject(value: unknown, typeName: string | null, at: Surroundings): unknown {
  if (typeName === null) return toError(error)
  const requirement = at.enforcement.policy.requirements.get(typeName)
  if (!requirement) return value
  const follow = (decision: Decision) => (decision === allow ? value : toError(decision))
  const decision = at.party.decide(requirement, { object: value, args: {} })
  return isPromise(decision) ? decision.then(follow) : follow(decision)
}

/** The concrete type of a value, as the executor will find it; null when that fails. */
function runtimeType(
  value: unknown,
  type: GraphQLAbstractType,
  { context, info, enforcement, coordinate }: Surroundings,
): Awaitable<string | null> {
  const accept = (name: unknown) => {
    if (possibleTypes(info.schema, type).includes(name as string)) return name as string
    throw new TypeError(`${coordinate}: a value's type should be one of ${type.name}'s, not ${String(name)}`)
  }
  const fail = (cause: unknown) => {
    enforcement.onError(cause, coordinate)
    return null
  }
  try {
    const name = (type.resolveType ?? defaultTypeResolver)(value, context, info, type)
    return isPromise(name) ? name.then(accept).catch(fail) : accept(name)
  } catch (cause) {
    return fail(cause)
  }
}
