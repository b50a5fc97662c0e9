import { makeExecutableSchema } from '@graphql-tools/schema'
import {
  buildASTSchema,
  concatAST,
  type DocumentNode,
  execute,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  print,
  validate,
} from 'graphql'
import { isResidue } from '../../../src/directives/decide.ts'
import { denialCap } from '../../../src/directives/denial-log.ts'
import { authorizeSchema, directiveTypeDefs, type Viewer } from '../../../src/directives/index.ts'
import { findOperation, selectedFields, selectionSetsOf } from '../../../src/directives/operation.ts'
import { prepareExecution } from '../../../src/directives/prepare-execution.ts'
import type { Requirement } from '../../../src/directives/rule.ts'
import { guardOf } from '../../../src/directives/seal.ts'
import { formatted, runCompiled } from '../../graphql/run-compiled.ts'
import { testRoles } from '../harness.ts'
import type { Draw } from './draw.ts'
import { type DataContext, provenance, randomResolvers } from './random-data.ts'
import { type RandomOperation, randomOperation } from './random-operation.ts'
import { isOdd, mayAccess, now, type RandomObject, type RandomSchema, randomSchema, viewers } from './random-schema.ts'

interface Context extends DataContext {
  viewer: Viewer | null
  established?: Viewer | null
}

export interface Subject {
  model: RandomSchema
  schema: GraphQLSchema
  seed: number
}

export function randomSubject(draw: Draw): Subject {
  const model = randomSchema(draw)
  const seed = draw.upTo(1_000_000)
  const documents = [model.sdl, testRoles, directiveTypeDefs].map((sdl) => parse(sdl))
  const schema = authorizeSchema<Context>(
    makeExecutableSchema({ typeDefs: buildASTSchema(concatAST(documents)), resolvers: randomResolvers(model, seed) }),
    {
      viewer: ({ viewer }) => (seed % 5 === 0 ? Promise.resolve(viewer) : viewer),
      established: ({ established }) => established,
      access: (viewer, { resource, level, ids }) => ids.map((id) => mayAccess(viewer, resource, level, id, seed)),
      policies: {
        odd: (viewer, items) => items.map(({ object }) => isOdd(viewer, (object ?? undefined) as RandomObject, seed)),
        broken: () => {
          throw new Error('the policy is broken')
        },
      },
      now: () => now,
      onError: () => {},
      onWarning: () => {},
    },
  )
  return { model, schema, seed }
}

/** What happened to a case; none of these is a failure. */
export type Outcome = 'same' | 'refused' | 'invalid'

/**
 * Runs one operation for one viewer with the plan and without. Throws where they differ, where a mutation is refused
 * for what it would answer or is not for what it can only deny, and where a value is answered that another reading of the
 * rules withholds.
 */
export async function compareEngines({ model, schema, seed }: Subject, draw: Draw): Promise<Outcome> {
  const operation = randomOperation(draw, model)
  const viewer = draw.pick(viewers)
  const document = parse(operation.source)
  if (validate(schema, document).length > 0) return 'invalid'
  const request = { document, variableValues: operation.variables }
  const context = (isRough: boolean): Context => ({ viewer, seed, isRough })
  const explain = (what: string, ...more: unknown[]) =>
    new Error(
      [
        what,
        model.sdl,
        print(document),
        JSON.stringify({ viewer, variables: operation.variables }),
        ...more.map((each) => JSON.stringify(each, null, 1)),
      ].join('\n'),
    )

  const planned = context(true)
  const prepared = await prepareExecution(schema, request, planned)
  if (!prepared) throw explain('nothing was prepared')

  if (prepared.denials.length > 0) {
    const smooth = await execute({ schema, ...request, contextValue: context(false) })
    // Each possible type of an abstract one may have its own: one of them is met.
    const isMet = prepared.denials.some(({ path }) => valuesAt(smooth.data, path).length === 0)
    if (!isMet) throw explain('a mutation was refused for what it would answer', prepared.denials, smooth)
    return 'refused'
  }
  const reference = formatted(await execute({ schema, ...request, contextValue: context(true) }))
  const late = findLateDenial(reference, document, { schema, viewer })
  if (late) throw explain(`a mutation ran though the viewer alone is denied ${late}`, reference)
  const { document: ready, complete } = prepared.beginGuarded()
  const result = complete(formatted(await execute({ schema, ...request, document: ready, contextValue: planned })))
  const compiled = (readAfter: number) =>
    runCompiled({ schema, ...request, contextValue: context(true) }, readAfter) as Promise<Result>
  const engines = {
    plan: result,
    'compiled plan': await compiled(Number.POSITIVE_INFINITY),
    'compiled plan with readers': await compiled(0),
  }
  // More denials than are told one by one make another answer, by design. The plan knows of more than the reference
  // tells: of those too that come once an error has made the whole answer null.
  for (const [engine, answer] of Object.entries(engines)) {
    const isCounted =
      (reference.errors?.length ?? 0) > denialCap || answer.errors?.some(({ extensions }) => extensions?.omitted)
    const [expected, actual] = isCounted
      ? [normalize({ data: reference.data }), normalize({ data: answer.data })]
      : [normalize(reference), normalize(answer)]
    if (expected !== actual) throw explain(`${engine} and reference differ`, JSON.parse(expected), JSON.parse(actual))
    const leak = findLeak(answer, operation, { model, seed }, viewer)
    if (leak) throw explain(`the ${engine} answered ${leak} against the rules`, answer)
  }
  return 'same'
}

type Result = FormattedExecutionResult

const denialCodes: readonly unknown[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'REAUTHENTICATION_REQUIRED']

/**
 * Finds what a mutation should not have begun for: a field that was denied though, of the types on the way to it, each
 * is the only one there can be, and the viewer alone decides it, or each object that it can give.
 */
function findLateDenial(
  { errors = [] }: Result,
  document: DocumentNode,
  { schema, viewer }: { schema: GraphQLSchema; viewer: Viewer | null },
): string | null {
  const operation = findOperation(schema, { document })
  if (operation?.node.operation !== 'mutation') return null
  const { fields, executions } = guardOf(schema)
  const party = executions.partyFor(viewer)
  const isDenied = (requirement: Requirement | undefined) => {
    const outcome = requirement ? party.statically(requirement) : null
    return outcome !== null && !isResidue(outcome) && outcome.effect === 'deny'
  }
  const isLate = (path: readonly (string | number)[]) => {
    let typeName = operation.rootType
    let sets = [operation.node.selectionSet]
    const keys = path.filter((key) => typeof key === 'string')
    for (const [index, key] of keys.entries()) {
      const nodes = selectedFields(schema, operation, null, typeName, sets).get(key) ?? []
      const field = fields.get(`${typeName}.${nodes[0]?.name.value}`)
      if (!field || field.signsIn) return false
      const objects = field.objectRequirements
      const isEvery = objects.length > 0 && objects.length === field.types.length && objects.every(isDenied)
      if (index === keys.length - 1) return isDenied(field.requirement) || isEvery
      const [only, ...others] = field.types
      if (only === undefined || others.length > 0) return false
      typeName = only
      sets = selectionSetsOf(nodes)
    }
    return false
  }
  const late = errors.find(({ path, extensions }) => path && denialCodes.includes(extensions?.code) && isLate(path))
  return late?.path?.join('.') ?? null
}

/** The values at a path without indices, over every item of every list on the way. */
function valuesAt(data: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(data)) return data.flatMap((item) => valuesAt(item, key === undefined ? [] : [key, ...rest]))
  if (data === null || data === undefined) return []
  return key === undefined ? [data] : valuesAt((data as Record<string, unknown>)[key], rest)
}

/** What is the same in two right answers: errors in no order, and of what lies under a null only that there is one. */
function normalize({ data, errors = [] }: Result): string {
  const json = JSON.parse(JSON.stringify({ data })) as { data: unknown }
  const told = errors.map((error) => locate(error, json.data))
  return JSON.stringify({ data: json.data, errors: [...new Set(told)].sort() })
}

function locate({ path = [], message, extensions, locations }: GraphQLFormattedError, data: unknown): string {
  let value = data
  for (const [index, key] of path.entries()) {
    if (value === null || value === undefined) return `under ${path.slice(0, index).join('.')}`
    value = (value as Record<string | number, unknown>)[key]
  }
  return JSON.stringify({ path, message, code: extensions?.code, locations })
}

/** Holds each value of the answer, which tells where it comes from, against the rules as the generator made them. */
function findLeak(
  result: Result,
  { source }: RandomOperation,
  { model, seed }: Pick<Subject, 'model' | 'seed'>,
  viewer: Viewer | null,
): string | null {
  // Below a login another viewer counts.
  if (source.includes('login')) return null
  let leak: string | null = null
  JSON.stringify(result.data, (_, value) => {
    const [, typeName = '', fieldName, id = '', ownerId = ''] =
      (typeof value === 'string' && provenance.exec(value)) || []
    const type = model.composites.get(typeName)
    if (typeof value !== 'string' || !type) return value
    const isRoot = typeName === 'Query' || typeName === 'Mutation'
    const object = isRoot ? null : { __typename: typeName, id, ownerId }
    const lineage = [type, ...type.interfaces.flatMap((name) => model.composites.get(name) ?? [])]
    const rules = lineage.flatMap((each) => [
      ...each.rules,
      ...(each.fields.find(({ name }) => name === fieldName)?.rules ?? []),
    ])
    if (!rules.every((rule) => rule.holds(viewer, object, seed))) leak = value
    return value
  })
  return leak
}
