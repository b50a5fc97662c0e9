import {
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  lexicographicSortSchema,
} from 'graphql'
import type { AuthorizationOptions } from '../directives/index.ts'
import { sampleOutput } from './input-values.ts'
import type { RuleReading } from './rule-reading.ts'
import {
  idAt,
  isGranted,
  isLetBy,
  listLength,
  type Pole,
  poleAt,
  poleOfArguments,
  runtimeType,
  type Trial,
  viewerAt,
} from './world.ts'

/** What went on while an operation ran. */
export interface Recording {
  /** The places whose resolver ran, as `a.0.b`. */
  ran: Set<string>
  /** The places whose source of events was asked for. */
  started: Set<string>
  failures: unknown[]
}

/** A schema with the SDL of the user's and resolvers that make up every value, the same each time. */
export interface SyntheticSchema {
  schema: GraphQLSchema
  /** What `authorizeSchema` needs to know of the world. */
  host: AuthorizationOptions<unknown> & Required<Pick<AuthorizationOptions<unknown>, 'access' | 'policies'>>
  /** Sets the scene for the next operation. */
  begin(trial: Trial): Recording
}

/**
 * Puts made-up resolvers on a copy of a schema. Objects have the ids that rules read and nothing else: all other values
 * are made where they are asked for.
 */
export function createSyntheticSchema(
  source: GraphQLSchema,
  rules: RuleReading,
  scalars: Readonly<Record<string, unknown>>,
  now: number,
): SyntheticSchema {
  // The one function of graphql that copies every type.
  const schema = lexicographicSortSchema(source)
  const polesOf = new WeakMap<object, Pole>()
  let trial: Trial | undefined
  let record: Recording = { ran: new Set(), started: new Set(), failures: [] }

  const scene = (): Trial => {
    if (!trial) throw new TypeError('begin(trial) should be called before an operation is run')
    return trial
  }
  const made = (type: GraphQLOutputType, path: readonly (string | number)[]): unknown => {
    if (isNonNullType(type)) return made(type.ofType, path)
    if (isListType(type)) {
      const items = Array.from({ length: listLength }, (_, index) => made(type.ofType, [...path, index]))
      return items.map((item, index) => (index === 0 ? item : Promise.resolve(item)))
    }
    if (isLeafType(type)) return sampleOutput(type, scalars)
    const pole = poleAt(scene(), path)
    const typeName = runtimeType(schema, type, scene(), path)
    const viewer = viewerAt(scene(), rules, path.length)
    const object = objectWith(typeName, rules.objectPaths(typeName), (at) => idAt(pole, viewer, at))
    polesOf.set(object, pole)
    return object
  }
  const resolve = (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) => {
    const path = pathOf(info.path)
    record.ran.add(path.join('.'))
    const value = made(info.returnType, path)
    // Promises and plain values both go through the guards; items of lists likewise.
    return path.length % 2 === 0 ? Promise.resolve(value) : value
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isAbstractType(type)) type.resolveType = undefined
    if (!isObjectType(type)) continue
    type.isTypeOf = undefined
    for (const field of Object.values(type.getFields())) field.resolve = resolve
  }
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    field.subscribe = async function* (_, __, ___, info) {
      record.started.add(pathOf(info.path).join('.'))
      yield {}
    }
  }

  const poleOf = (object: unknown) =>
    (typeof object === 'object' && object !== null ? polesOf.get(object) : undefined) ?? poleOfArguments(scene(), 0)

  return {
    schema,
    host: {
      viewer: () => scene().viewer,
      established: () => scene().established,
      access: (viewer, { ids, ...asked }) => ids.map((id) => isGranted(scene(), viewer, { ...asked, id })),
      policies: Object.fromEntries(
        rules.policies.map((name) => [name, (_, items) => items.map(({ object }) => isLetBy(poleOf(object), name))]),
      ),
      now: () => now,
      onWarning: () => {},
      onError: (cause) => void record.failures.push(cause),
    },
    begin(next) {
      trial = next
      record = { ran: new Set(), started: new Set(), failures: [] }
      return record
    },
  }
}

/** Gives an object with an id wherever rules read one. */
function objectWith(typeName: string, paths: readonly string[], idOf: (path: string) => string): object {
  const object: Nest = { __typename: typeName }
  for (const path of paths) {
    const steps = path.split('.')
    let inner = object
    for (const step of steps.slice(0, -1)) {
      const known = inner[step]
      const next = typeof known === 'object' ? known : {}
      inner[step] = next
      inner = next
    }
    inner[steps.at(-1) ?? ''] = idOf(path)
  }
  return object
}

interface Nest {
  [name: string]: string | Nest
}

function pathOf(path: GraphQLResolveInfo['path']): (string | number)[] {
  return [...(path.prev ? pathOf(path.prev) : []), path.key]
}
