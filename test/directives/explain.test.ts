import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { explainOperation, smallestRoleSets, type Viewer } from '../../src/directives/index.ts'
import { admin, anonymous, authorize, editor, member } from './harness.ts'

const schema = authorize(
  `interface Node @auth { id: ID secret: String @hasRole(role: EDITOR) }
  type Doc implements Node @allow(any: [{ owner: "id" }, { role: ADMIN }]) { id: ID secret: String @hasPermission(permission: MANAGE_ALL) }
  type Note { text: String }
  union Thing = Doc | Note
  input Filter { price: Int @hasRole(role: ADMIN) deep: Filter }
  type Query {
    node: Node @auth
    things(filter: Filter, limit: Int @hasRole(role: EDITOR)): [Thing] @auth
    open: String @public
  }
  type Mutation { login: Doc @public @signsIn }`,
)
const explain = (source: string, viewer: Viewer | null, variableValues = {}) =>
  explainOperation(schema, { document: parse(source), viewer, variableValues })
const summarize = (...given: Parameters<typeof explain>) =>
  explain(...given).map(({ path, coordinate, decision, code }) => [
    path.join('.'),
    coordinate,
    decision,
    ...(code ? [code] : []),
  ])

describe('explainOperation()', () => {
  it('gives each coordinate over every possible type, with its decision', () => {
    expect(summarize('{ n: node { s: secret } open }', editor)).toEqual([
      ['n', 'Query.node', 'allow'],
      ['n', 'Doc', 'conditional'],
      ['n.s', 'Doc.secret', 'deny', 'FORBIDDEN'],
      ['open', 'Query.open', 'allow'],
    ])
  })

  it('gives every rule behind it, its place in the SDL and what it comes to', () => {
    const [, , secret] = explain('{ node { secret } }', editor)
    expect(secret?.rules).toEqual([
      {
        rule: '@hasPermission(permission: [MANAGE_ALL])',
        standsOn: 'Doc.secret',
        location: 'test.graphql:2',
        decision: 'deny',
      },
      { rule: '@hasRole(role: [EDITOR])', standsOn: 'Node.secret', location: 'test.graphql:1', decision: 'allow' },
    ])
  })

  it('follows fragments on unions and on types', () => {
    expect(
      summarize('{ things { ...F } } fragment F on Thing { ... on Doc { id } ... on Note { text } }', admin),
    ).toEqual([
      ['things', 'Query.things', 'allow'],
      ['things', 'Doc', 'allow'],
      ['things.id', 'Doc.id', 'allow'],
      ['things.text', 'Note.text', 'allow'],
    ])
  })

  it.each([
    ['literally', '{ things(filter: { deep: { price: 1 } }, limit: 1) { __typename } }', {}],
    [
      'by variable',
      'query ($f: Filter, $l: Int) { things(filter: $f, limit: $l) { __typename } }',
      { f: { deep: { price: 1 } }, l: 1 },
    ],
  ])('names arguments and input fields that are given %s', (_, source, variables) => {
    expect(summarize(source, member, variables).slice(1, 3).sort()).toEqual([
      ['things', 'Filter.price', 'deny', 'FORBIDDEN'],
      ['things', 'Query.things(limit:)', 'deny', 'FORBIDDEN'],
    ])
  })

  it('names none that is not given', () => {
    const source = 'query ($f: Filter, $l: Int) { things(filter: $f, limit: $l) { __typename } }'
    expect(summarize(source, member, { f: {} }).map(([, coordinate]) => coordinate)).toEqual(['Query.things', 'Doc'])
  })

  it('leaves what is below @signsIn open', () => {
    expect(summarize('mutation { login { secret } }', anonymous)).toEqual([
      ['login', 'Mutation.login', 'allow'],
      ['login', 'Doc', 'conditional'],
      ['login.secret', 'Doc.secret', 'conditional'],
    ])
  })

  it('says so when there is no such operation', () => {
    expect(() =>
      explainOperation(schema, { document: parse('query A { open }'), operationName: 'B', viewer: null }),
    ).toThrow(/operationName/)
  })
})

describe('smallestRoleSets()', () => {
  const split = authorize(
    `enum Role { READER @grants(permissions: [READ]) WRITER @grants(permissions: [WRITE]) BOSS @grants(permissions: [SACK], includes: [READER, WRITER]) }
    enum Permission { READ WRITE SACK NEVER }
    type Query { a: Int @hasPermission(permission: READ) b: Int @hasPermission(permission: WRITE) c: Int @hasRole(role: BOSS) open: Int @public signed: Int @auth }`.replace(
      ' NEVER',
      '',
    ),
  )
  const who = (source: string) => smallestRoleSets(split, { document: parse(source) })

  it('gives anonymous, or anybody signed in, where that is enough', () => {
    expect(who('{ open }')).toEqual([null])
    expect(who('{ open signed }')).toEqual([[]])
  })

  it('gives every smallest set', () => {
    expect(who('{ a }')).toEqual([['READER'], ['BOSS']])
    expect(who('{ a b }')).toEqual([['BOSS'], ['READER', 'WRITER']])
    expect(who('{ a b c }')).toEqual([['BOSS']])
  })
})
