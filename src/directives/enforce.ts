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
  isNonNullType,
  isNullableType,
} from 'graphql'
import { type Policy, possibleTypes } from './compile.ts'
import { type Awaitable, allow, type Decision, denied, error, isResidue, strictest } from './decide.ts'
import { notFound, pathOf, toError } from './denial.ts'
import { endAfterDenial } from './event-stream.ts'
import { type Execution, type Executions, isPromise } from './execution.ts'
import { type GuardedInputs, type GuardedPlace, providedRequirements, withDefaults } from './input.ts'
import { onlyDenied } from './operation-decisions.ts'
import type { Party } from './party.ts'
import { isRootTypeName } from './path.ts'
import type { Requirement } from './rule.ts'

type Args = Readonly<Record<string, unknown>>
type Info = GraphQLResolveInfo
type Resolver = (object: unknown, args: Args, context: unknown, info: Info) => unknown

/** What enforcement needs beside the schema. */
export interface Enforcement {
  policy: Policy
  executions: Executions
  onError(cause: unknown, coordinate: string): void
}

/**
 * Gives a field's resolver with every rule on its way: those of the field before it runs; those of the types that it
 * can return before it runs where the viewer alone decides, otherwise on each object it returns.
 * Null where there is nothing to enforce.
 */
export function guardResolver(field: GuardedField, resolve: Resolver, enforcement: Enforcement): Resolver | null {
  if (!field.isRoot && !field.requirement && !field.inputs && field.objectRequirements.length === 0) return null

  const complete = (result: unknown, at: Surroundings): unknown => {
    if (isPromise(result)) return result.then((settled) => complete(settled, at))
    const isMissing = field.isLookup && (result === null || result === undefined)
    if (allowedOutright(field, at.party)) return isMissing ? notFound : result
    const { execution, info, party } = at
    if (isMissing)
      return withhold(denied(party.standing), field.coordinate, info.returnType, info.path, execution, info)
    return guardValue(result, info.returnType, info.path, at)
  }
  const run = (
    party: Party,
    execution: Execution,
    object: unknown,
    given: Args,
    context: unknown,
    info: Info,
  ): unknown => {
    if (field.isMutation) party.forget()
    const proceed = (args: Args, at: Surroundings): unknown => {
      const result = field.isMutation
        ? forgetAfter(resolve(object, args, context, info), party)
        : resolve(object, args, context, info)
      if (field.signsIn) return afterSigningIn(result, at)
      // Most results need no second look; then a promise is handed on as it is.
      if (!field.isLookup && allowedOutright(field, party)) return result
      return complete(result, at)
    }
    return afterDeciding(
      field,
      { party, execution, context, info, enforcement, coordinate: field.coordinate },
      object,
      given,
      proceed,
    )
  }
  const afterSigningIn = async (result: unknown, at: Surroundings) => {
    const settled = await result
    return complete(settled, { ...at, party: await at.execution.establish(at.info.path) })
  }

  const isAlone = !field.inputs && !field.isMutation && !field.isLookup && field.objectRequirements.length === 0
  const alone = isAlone ? field.requirement : undefined

  return (object, args, context, info) => {
    const execution = enforcement.executions.of(context, info)
    if (execution.open) return resolve(object, args, context, info)
    const party = execution.at(info.path)
    if (isPromise(party)) return party.then((known) => run(known, execution, object, args, context, info))
    // Most fields ask for nothing else; a thousand denials must not cost more than the values.
    if (alone) {
      const outcome = party.statically(alone)
      if (outcome === allow) return resolve(object, args, context, info)
      if (!isResidue(outcome)) return withhold(outcome, field.coordinate, info.returnType, info.path, execution, info)
    }
    return run(party, execution, object, args, context, info)
  }
}

/** A mutation may take away what it was allowed by: its result is decided as things stand then. */
function forgetAfter(result: unknown, party: Party): unknown {
  if (isPromise(result)) return result.then((settled) => forgetAfter(settled, party))
  party.forget()
  return result
}

/** Gives a subscription's source with the rules before it: a denied viewer starts no stream. Events are guarded by the resolver. */
export function guardSubscribe(field: GuardedField, subscribe: Resolver, enforcement: Enforcement): Resolver {
  return async (object, given, context, info) => {
    const execution = enforcement.executions.of(context, info)
    const party = await execution.at(info.path)
    const at = { party, execution, context, info, enforcement, coordinate: field.coordinate }
    return afterDeciding(field, at, object, given, async (args) => {
      const source = await subscribe(object, args, context, info)
      // As graphql-js tells: functions can be such too.
      if (typeof (source as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] !== 'function')
        return source
      const mayGoOn = async () => {
        const now = await enforcement.executions.partyOf(context)
        // A stream belongs to the session that opened it.
        if (now.standing.viewer?.id !== party.standing.viewer?.id) return false
        return (await now.decide(field.requirement ?? [], { object, args })) === allow
      }
      return endAfterDenial(source as AsyncIterable<unknown>, mayGoOn)
    })
  }
}

/**
 * Goes on only where the field's rule, those of the arguments that the client provided, and that of what the field
 * returns as far as the viewer alone decides it, allow it.
 */
function afterDeciding(
  field: GuardedField,
  at: Surroundings,
  object: unknown,
  given: Args,
  proceed: (args: Args, at: Surroundings) => unknown,
): unknown {
  const { party, info } = at
  const args = field.inputs ? withDefaults(field.inputs, given) : given
  const follow = (decision: Decision): unknown => {
    const outcome = decision === allow ? deniedOutright(field, party) : decision
    return outcome === null
      ? proceed(args, at)
      : withhold(outcome, field.coordinate, info.returnType, info.path, at.execution, at.info)
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
  type: GraphQLOutputType
  /** The type that the field is said to return. */
  returns: string
  /** The object types that it can return. */
  types: readonly string[]
  isList: boolean
  isRoot: boolean
  isMutation: boolean
  /** Whether finding nothing is an answer and no denial: a list's, and that of a field which is `@public`. */
  mayBeEmpty: boolean
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
  const isMutation = schema.getMutationType()?.name === typeName
  // Mutations and event streams are not begun for a result that nobody may see.
  const isEffect = isMutation || schema.getSubscriptionType()?.name === typeName
  return {
    coordinate,
    requirement: policy.requirements.get(coordinate),
    inputs: inputs.get(coordinate),
    objectRequirements,
    type,
    returns: getNamedType(type).name,
    types: names,
    isList,
    isRoot,
    isMutation,
    mayBeEmpty: !isEffect && (isList || policy.open.has(coordinate)),
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

/**
 * The denial of a field that can return nothing the viewer may see, before it runs; null where it can, where that
 * hangs on the object, and where nothing may come back that could be denied.
 */
function deniedOutright(field: GuardedField, party: Party): Decision | null {
  return field.mayBeEmpty || field.signsIn ? null : denialOfObjects(field, party)
}

/** The denial of every object that a field can return; null where the viewer alone does not decide that. */
export function denialOfObjects(field: GuardedField, party: Party): Decision | null {
  if (field.types.length === 0 || field.objectRequirements.length < field.types.length) return null
  const decisions: Decision[] = []
  for (const requirement of field.objectRequirements) {
    const outcome = party.statically(requirement)
    if (outcome === allow || isResidue(outcome)) return null
    decisions.push(outcome)
  }
  return strictest(decisions)
}

/** What guarding a value goes by. */
interface Surroundings {
  party: Party
  execution: Execution
  context: unknown
  info: GraphQLResolveInfo
  enforcement: Enforcement
  coordinate: string
}

type Path = GraphQLResolveInfo['path']

/** Gives what stands in the place of a withheld value. */
function withhold(
  decision: Decision,
  coordinate: string,
  type: GraphQLOutputType,
  path: Path,
  execution: Execution,
  info: Info,
): unknown {
  const nodes = info.fieldNodes
  // A null that makes nothing else null needs no error yet: most of a thousand are never told one by one.
  if (execution.log !== null && decision.effect === 'deny') {
    const thrown = isNonNullType(type)
    execution.log.add(coordinate, decision, path, nodes, thrown)
    if (!thrown) return null
  } else {
    execution.onDecisions?.(onlyDenied([{ coordinate, decision }]))
  }
  const told = toError(decision, { path: pathOf(path), nodes })
  // Never thrown at once where it makes more null: graphql would leave the promises of items before it unattended.
  return isNonNullType(type) ? Promise.resolve(told) : told
}

/** Withholds every object that the viewer may not see. Lists are decided item by item. */
function guardValue(value: unknown, type: GraphQLOutputType, path: Path, at: Surroundings): unknown {
  if (value === null || value === undefined || value instanceof Error) return value
  if (isPromise(value)) return value.then((settled) => guardValue(settled, type, path, at))
  const nullable = getNullableType(type)
  if (isListType(nullable)) return guardList(value, nullable.ofType, path, at)
  if (!isAbstractType(nullable)) return guardObject(value, getNamedType(nullable).name, type, path, at)
  const name = runtimeType(value, nullable, at)
  return isPromise(name)
    ? name.then((settled) => guardObject(value, settled, type, path, at))
    : guardObject(value, name, type, path, at)
}

function guardList(value: unknown, itemType: GraphQLOutputType, prev: Path, at: Surroundings): unknown {
  if (typeof value !== 'object' || value === null) return value
  const guardItem = (item: unknown, key: number) => guardValue(item, itemType, { prev, key, typename: undefined }, at)
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, guardItem)
  if (Symbol.asyncIterator in value) return guardStream(value as AsyncIterable<unknown>, guardItem)
  return value
}

async function* guardStream(items: AsyncIterable<unknown>, guardItem: (item: unknown, key: number) => unknown) {
  let key = 0
  for await (const item of items) yield await guardItem(item, key++)
}

function guardObject(
  value: unknown,
  typeName: string | null,
  type: GraphQLOutputType,
  path: Path,
  at: Surroundings,
): unknown {
  if (typeName === null) return withhold(error, at.coordinate, type, path, at.execution, at.info)
  const requirement = at.enforcement.policy.requirements.get(typeName)
  if (!requirement) return value
  // Told as what the field returns: of what type it is would be told with it.
  const follow = (decision: Decision) =>
    decision === allow ? value : withhold(decision, getNamedType(type).name, type, path, at.execution, at.info)
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
