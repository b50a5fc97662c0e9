import {
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  OperationTypeNode,
} from 'graphql'
import { possibleTypes } from './approaches.ts'
import { type RuleReading, rulesOfGiven } from './rule-reading.ts'
import type { DataQuestion } from './rule-text.ts'
import { type Asker, type DenialCode, judge, type Verdict } from './verdict.ts'
import { appliesTo, type Hop, type HopArguments } from './way.ts'
import {
  idAt,
  isGranted,
  isLetBy,
  listLength,
  type Pole,
  poleAt,
  poleOfArguments,
  type ResponsePath,
  runtimeType,
  type Trial,
  viewerAt,
} from './world.ts'

/** What a response should hold: null, a leaf's value, items, or fields. */
export type Shape = null | 'value' | readonly Shape[] | { readonly [key: string]: Shape }

/** What the rules say of a trial. */
export interface Prediction {
  /** Null throughout where a null reaches the top. */
  data: Shape
  /** The codes that are right, by place. */
  denials: ReadonlyMap<string, ReadonlySet<DenialCode>>
  /** The places whose resolver, or source of events, may run. */
  mayRun: ReadonlySet<string>
  /** Those that do: not so where everything that could be returned is denied anyway. */
  mustRun: ReadonlySet<string>
}

/** What makes null the position around it. */
const beyond = Symbol('null, and more than itself')
type Outcome = Shape | typeof beyond

/** Works out from the SDL alone what a trial's response must be. */
export function predict(
  schema: GraphQLSchema,
  rules: RuleReading,
  trial: Trial,
  args: HopArguments,
  now: number,
): Prediction {
  const denials = new Map<string, ReadonlySet<DenialCode>>()
  const mayRun = new Set<string>()
  const mustRun = new Set<string>()
  const { hops, operation } = trial.way

  const askerAt = (depth: number): Asker => ({ viewer: viewerAt(trial, rules, depth), roles: rules.roles, now })

  const deny = (path: ResponsePath, codes: ReadonlySet<DenialCode>, type: GraphQLOutputType): Outcome => {
    denials.set(path.join('.'), codes)
    return isNonNullType(type) ? beyond : null
  }

  const predictField = (index: number, hop: Hop, pole: Pole | null, typeName: string, above: ResponsePath): Outcome => {
    const field = hop.field && fieldOf(schema, typeName, hop.field.name)
    if (!field) return 'value'
    const path = [...above, hop.key]
    const asker = askerAt(index)
    const given = args[index] ?? {}
    const answer = answers(trial, asker, pole, {
      pole: poleOfArguments(trial, index),
      given: withDefaults(field, given),
    })
    const verdict = judge(
      [...rules.ofField(typeName, field.name), ...rulesOfGiven(rules, typeName, field, given)],
      asker,
      answer,
    )
    if (verdict) return deny(path, verdict, field.type)
    const ofAll = rules.isSigningIn(typeName, field.name) ? null : denialOfAll(schema, rules, field.type, asker)
    const isEffect = index === 0 && operation !== OperationTypeNode.QUERY
    // What nobody may see the result of is not begun.
    if (isEffect && ofAll) return deny(path, ofAll, field.type)
    mayRun.add(path.join('.'))
    if (!ofAll) mustRun.add(path.join('.'))
    return complete(field.type, path, index)
  }

  const complete = (type: GraphQLOutputType, path: ResponsePath, index: number): Outcome => {
    const outcome = completeNullable(getNullableType(type), path, index, type)
    return outcome === null && isNonNullType(type) ? beyond : outcome
  }

  const completeNullable = (
    type: GraphQLOutputType,
    path: ResponsePath,
    index: number,
    position: GraphQLOutputType,
  ): Outcome => {
    if (isListType(type)) {
      const items = Array.from({ length: listLength }, (_, item) => complete(type.ofType, [...path, item], index))
      const shapes = items.filter((item) => item !== beyond)
      return shapes.length < items.length ? null : shapes
    }
    const named = getNamedType(type)
    if (isLeafType(named)) return 'value'
    const typeName = runtimeType(schema, named, trial, path)
    const asker = askerAt(index + 1)
    const pole = poleAt(trial, path)
    const verdict = judge(rules.ofObject(typeName), asker, answers(trial, asker, pole, null))
    if (verdict) {
      // Where every possible type is out of reach, which one it is need not be found out.
      const ofAll = denialOfAll(schema, rules, named, asker)
      return deny(path, new Set([...verdict, ...(ofAll ?? [])]), position)
    }
    const next = hops[index + 1]
    if (!next) return { __typename: 'value' }
    if (!appliesTo(schema, next, typeName)) return {}
    const value = predictField(index + 1, next, pole, typeName, path)
    return value === beyond ? null : { [next.key]: value }
  }

  const [root] = hops
  const value = root ? predictField(0, root, null, root.type.name, []) : null
  return { data: value === beyond || !root ? null : { [root.key]: value }, denials, mayRun, mustRun }
}

/** The codes with which everything that a type's values can be is denied, whatever the data; null where something is not. */
function denialOfAll(schema: GraphQLSchema, rules: RuleReading, type: GraphQLOutputType, asker: Asker): Verdict {
  const types = possibleTypes(schema, getNamedType(type))
  const verdicts = types.map(({ name }) => judge(rules.ofObject(name), asker, () => true))
  if (types.length === 0 || verdicts.includes(null)) return null
  return new Set(verdicts.flatMap((codes) => [...(codes ?? [])]))
}

/** Answers data rules for an object and a field's arguments. */
function answers(
  trial: Trial,
  { viewer }: Asker,
  objectPole: Pole | null,
  args: { pole: Pole; given: unknown } | null,
): (question: DataQuestion) => boolean {
  const pole = objectPole ?? args?.pole
  return (question) => {
    if (question.kind === 'policy') return pole !== undefined && isLetBy(pole, question.name)
    const isOfArguments = question.path.startsWith('args.')
    const id = isOfArguments
      ? follow(args?.given, question.path.slice('args.'.length))
      : pole && idAt(pole, viewer, question.path)
    if (id === undefined || id === null) return false
    return question.kind === 'owner'
      ? String(id) === viewer?.id
      : isGranted(trial, viewer, { ...question, id: String(id) })
  }
}

function follow(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, name) => (typeof at === 'object' && at !== null ? new Map(Object.entries(at)).get(name) : undefined),
      value,
    )
}

/** Rules read what a resolver would. */
function withDefaults({ args }: GraphQLField<unknown, unknown>, given: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    args.map(({ name, defaultValue }) => [name, name in given ? given[name] : defaultValue] as const),
  )
}

function fieldOf(schema: GraphQLSchema, typeName: string, name: string): GraphQLField<unknown, unknown> | null {
  const type = schema.getType(typeName)
  return type && 'getFields' in type && !isInputObjectType(type) ? (type.getFields()[name] ?? null) : null
}
