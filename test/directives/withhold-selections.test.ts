import { type ExecutionResult, execute, type GraphQLSchema, parse, validate } from 'graphql'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Viewer } from '../../src/directives/index.ts'
import { prepareExecution } from '../../src/directives/prepare-execution.ts'
import { formatted, runCompiled } from '../graphql/run-compiled.ts'
import { admin, anonymous, authorize, editor, errorsOf, member, run } from './harness.ts'

const resolve = vi.fn(
  (object: Record<string, unknown>, _: unknown, __: unknown, { fieldName }: { fieldName: string }) =>
    object ? object[fieldName] : null,
)
const dog = { __typename: 'Dog', id: 'member', name: 'rex', chip: 'c', vet: { name: 'v', phone: 'p' } }
const cat = { __typename: 'Cat', id: '2', name: 'tom', chip: 'd', vet: null }
const schema = authorize(
  `interface Pet { id: ID name: String chip: String vet: Vet }
  type Dog implements Pet { id: ID name: String chip: String @hasRole(role: ADMIN) vet: Vet }
  type Cat implements Pet { id: ID name: String chip: String vet: Vet }
  type Vet { name: String phone: String @hasRole(role: EDITOR) strict: String! @hasRole(role: ADMIN) notes(last: Int!): String @hasRole(role: ADMIN) }
  type Secret @hasRole(role: ADMIN) { text: String }
  type Query {
    pets: [Pet] @public
    dogs: [Dog!] @public
    strictDogs: [[Dog!]!]! @public
    vet: Vet @public
    vets: [Vet] @public
    secret: Secret @public
    guarded: Secret @auth
    recent: String @auth(maxAge: 60)
    ages: [Secret] @public
    mine: Dog @public
  }`,
  {
    Query: {
      pets: () => [dog, cat],
      dogs: () => [dog, dog],
      strictDogs: () => [[dog], []],
      vet: () => ({ ...dog.vet, strict: 's' }),
      vets: () => [dog.vet, null],
      secret: () => null,
      guarded: () => ({ text: 't' }),
      recent: () => 'now',
      ages: () => [{ text: 't' }],
    },
    Dog: { chip: resolve },
    Vet: { phone: resolve, notes: resolve },
  },
)

/** The three ways to one answer: without the plan, with it, and compiled. */
async function runAll(source: string, viewer: Viewer | null, variables: Record<string, unknown> = {}, target = schema) {
  const document = parse(source)
  expect(validate(target, document)).toEqual([])
  const reference = await run(target, source, viewer, variables)
  resolve.mockClear()
  const contextValue = { viewer }
  const prepared = await prepareExecution(target, { document, variableValues: variables }, contextValue)
  if (!prepared) throw new Error('there is nothing to execute')
  const { document: ready, complete } = prepared.beginGuarded()
  const result = await execute({ schema: target, document: ready, contextValue, variableValues: variables })
  const planned = complete(formatted(result)) as ExecutionResult
  const calls = resolve.mock.calls.length
  const compiled = await runCompiled({ schema: target, document, contextValue, variableValues: variables })
  return { reference, planned, compiled: compiled as ExecutionResult, calls }
}

async function expectSame(source: string, viewer: Viewer | null, variables = {}, target: GraphQLSchema = schema) {
  const { reference, planned, compiled, calls } = await runAll(source, viewer, variables, target)
  for (const actual of [planned, compiled]) {
    expect(JSON.parse(JSON.stringify(actual.data))).toEqual(reference.data)
    expect(errorsOf(actual).sort()).toEqual(errorsOf(reference).sort())
  }
  return { data: reference.data, errors: errorsOf(reference), calls }
}

beforeEach(() => {
  resolve.mockClear()
})

describe('what the viewer alone is denied', () => {
  it('is never resolved, and answered with null and its error all the same', async () => {
    const { data, errors, calls } = await expectSame('{ vet { name p: phone } }', member)
    expect(data).toEqual({ vet: { name: 'v', p: null } })
    expect(errors).toEqual([['vet.p', 'FORBIDDEN']])
    expect(calls).toBe(0)
    expect((await expectSame('{ vet { name p: phone } }', editor)).calls).toBe(1)
  })

  const cases: [what: string, source: string, viewer: Viewer | null][] = [
    ['a field of every item', '{ dogs { name chip } }', member],
    [
      'a field in a fragment on an interface, which one type allows',
      '{ pets { ...F } } fragment F on Pet { name chip }',
      member,
    ],
    [
      'that fragment beside a direct selection',
      '{ pets { ...F } dogs { chip ...F } } fragment F on Pet { chip }',
      member,
    ],
    ['one key that two types fill', '{ pets { ... on Dog { a: chip } ... on Cat { a: name } } }', member],
    ['one key of one type alone', '{ pets { name ... on Dog { a: chip } } }', member],
    ['a field that may not be null', '{ vet { name strict } vets { name strict } }', member],
    ['a field deep in lists that may not hold null', '{ strictDogs { vet { strict } chip } }', member],
    [
      'keys that objects inherit',
      '{ pets { ... on Dog { constructor: chip } ... on Cat { name } } vet { toString: phone } }',
      member,
    ],
    ['a type that nobody but others may see', '{ guarded { text } }', member],
    ['a type that is not there', '{ secret { text } ages { text } }', anonymous],
    ['everything', '{ guarded { text } recent }', anonymous],
    ['what hangs on time', '{ recent vet { phone } }', { id: 'old', roles: ['MEMBER'] }],
    ['what is allowed', '{ guarded { text } vet { phone strict notes(last: 1) } pets { chip } }', admin],
    ['API tokens', '{ vet { phone } pets { chip } }', { id: 't', roles: ['ADMIN'], permissions: ['READ_ALL'] }],
    ['an argument', '{ vet { notes(last: 1) } }', member],
  ]
  it.each(cases)('is the same by the plan, compiled and without: %s', async (_, source, viewer) => {
    await expectSame(source, viewer)
  })

  it.each([
    { a: true, b: true },
    { a: true, b: false },
    { a: false, b: true },
    { a: false, b: false },
  ])('is told where it is not skipped, by %o', async (variables) => {
    const source = `query ($a: Boolean!, $b: Boolean!) {
        dogs { name chip @include(if: $a) ... @skip(if: $b) { chip vet { phone } } }
      }`
    await expectSame(source, member, variables)
  })

  it('is told after arguments that do not fit', async () => {
    const { errors } = await expectSame('query ($n: Int = 1) { vet { notes(last: $n) } }', member, { n: null })
    expect(errors).toEqual([['vet.notes', undefined]])
  })

  it('is counted past a hundred, by coordinate', async () => {
    const many = authorize(
      'type Item { a: String @hasRole(role: ADMIN) deep: [Item!] } type Query { items: [Item] @auth }',
      { Query: { items: () => Array.from({ length: 150 }, () => ({ a: 'a', deep: [{ a: 'b' }] })) } },
    )
    for (const source of ['{ items { a } }', '{ items { x: a y: a deep { a } } }']) {
      const { planned, compiled } = await runAll(source, member, {}, many)
      expect(compiled.errors).toEqual(planned.errors)
      expect(planned.errors).toHaveLength(101)
      const omitted = source.includes('deep') ? 350 : 50
      expect(planned.errors?.at(-1)?.extensions).toEqual({ code: 'FORBIDDEN', omitted: { 'Item.a': omitted } })
      expect(JSON.stringify(planned.data)).not.toMatch(/"[ab]":"|Item/)
    }
  })

  it.each([
    ['{ items { strict } }', 40, { 'Item.strict': 20 }],
    ['{ items { strict b: strict open } }', 40, { 'Item.strict': 20 }],
    ['{ items { a strict } }', 40, { 'Item.a': 70, 'Item.strict': 70 }],
    ['query ($yes: Boolean! = true) { items { strict @include(if: $yes) } }', 40, { 'Item.strict': 20 }],
    ['query ($no: Boolean! = false) { items { strict @include(if: $no) open } }', 0, null],
    ['{ sure { strict } }', 0, null],
    ['{ nested { strict } }', 40, { 'Item.strict': 20 }],
    ['{ named { ... on Item { strict } open } }', 40, { 'Item.strict': 20 }],
  ])('is counted past a hundred where it makes objects null: %s', async (source, nulls, omitted) => {
    // Every fourth is not there.
    const items = Array.from({ length: 160 }, (_, index) =>
      index % 4 === 0 ? null : { a: 'a', strict: 's', open: 'o' },
    )
    const strict = authorize(
      `interface Named { open: String }
      type Item implements Named { a: String @hasRole(role: ADMIN) strict: String! @hasRole(role: ADMIN) open: String }
      type Query { items: [Item] @auth sure: [Item!] @auth nested: [[Item]] @auth named: [Named] @auth }`,
      {
        Query: {
          items: () => items,
          sure: () => items.filter((item) => item !== null),
          nested: () => [items.slice(0, 80), items.slice(80)],
          named: () => items,
        },
        Named: { __resolveType: () => 'Item' },
      },
    )
    const { reference, planned, compiled } = await runAll(source, member, {}, strict)
    expect(planned.data).toEqual(reference.data)
    expect(compiled.data).toEqual(reference.data)
    expect(compiled.errors).toEqual(planned.errors)
    if (omitted) expect(planned.errors?.at(-1)?.extensions).toEqual({ code: 'FORBIDDEN', omitted })
    expect(JSON.stringify(planned.data).match(/null/g)?.length ?? 0).toBeGreaterThanOrEqual(nulls)
  })

  it('is decided for each viewer, whoever asked the same before', async () => {
    for (const viewer of [admin, member, anonymous, editor, admin])
      await expectSame('{ vet { phone } dogs { chip } }', viewer)
  })
})

describe('more items than have their denials told, all of them properties', () => {
  const items = Array.from({ length: 250 }, (_, index) => ({ id: String(index), code: 'secret' }))
  const target = authorize(
    'type Item { id: ID code: String @hasRole(role: ADMIN) } type Query { items: [Item] @public }',
    {
      Query: { items: () => items },
    },
  )

  it.each([
    ['beside what is allowed', '{ items { id code } }', (id: string) => ({ id, code: null })],
    ['alone', '{ items { code } }', () => ({ code: null })],
    ['by another name', '{ items { id: code code: id } }', (id: string) => ({ id: null, code: id })],
  ])('are withheld to the last, and given to who may have them: %s', async (_, source, expected) => {
    const { reference, planned, compiled } = await runAll(source, member, {}, target)
    for (const { data, errors } of [reference, planned, compiled]) {
      expect(JSON.stringify(data)).toBe(JSON.stringify({ items: items.map(({ id }) => expected(id)) }))
      expect(errors?.[0]).toMatchObject({ path: ['items', 0, source.includes('id: code') ? 'id' : 'code'] })
    }
    expect(compiled.errors?.at(-1)?.extensions).toEqual({ code: 'FORBIDDEN', omitted: { 'Item.code': 150 } })
    const allowed = await runAll(source, admin, {}, target)
    expect(allowed.compiled.errors).toBeUndefined()
    expect(JSON.stringify(allowed.compiled.data).split('secret')).toHaveLength(251)
  })
})
