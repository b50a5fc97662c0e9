import { buildSchema, getIntrospectionQuery, Kind, parse, specifiedRules, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { limitsRule } from '../../src/graphql/limits.ts'

const schema = buildSchema(`
  directive @checksCredential on FIELD_DEFINITION
  directive @mark repeatable on FIELD | FRAGMENT_DEFINITION | FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY | VARIABLE_DEFINITION
  interface Node { id: ID! }
  type Thing implements Node { id: ID! me: Thing check: Boolean @checksCredential things: [Thing!] tags: [ID!] rows: [[Node]!]! }
  type Query { me: Thing a: Int node: Node page(first: Int = 20): Page }
  type Page { more: Int edges: [Edge!] table: [[Thing!]!] notes: [Thing] @listSize(assumedSize: 1000) }
  interface Shelf { items: [Node] }
  type Rack implements Shelf { items: [Node] }
  extend type Query { shelf(first: Int = 20): Shelf }
  extend type Thing { listed(first: Int = 20): [Thing!]! }
  extend interface Node { many: [Node!] }
  type Edge { node: Thing }
  extend type Thing { page(first: Int = 20): Page many: [Thing!]! @listSize(assumedSize: 100) }
  directive @listSize(assumedSize: Int!) on FIELD_DEFINITION
  type Mutation { login(n: Int): Thing }
  extend type Mutation { register: Thing @checksCredential }
  extend type Mutation { signIn(n: Int): Thing @checksCredential other: Thing }
`)

function errorsOf(text: string): string[] {
  return validate(schema, parse(text), [limitsRule], { maxErrors: 1000 }).map(({ message }) => message)
}

const tooMany = (name: string, found: number | string, most: number) =>
  `The operation has too many ${name}: ${found}, and at most ${most} ${most === 1 ? 'is' : 'are'} allowed`

const fields = 'fields, with full pages and 20 items in every other list'
const nested = (levels: number, leaf = 'id') => `${'me { '.repeat(levels - 1)}${leaf}${' }'.repeat(levels - 1)}`
const inLists = (lists: number, leaf: string) => `${'things { '.repeat(lists)}${leaf}${' }'.repeat(lists)}`
const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')
const fAndG = (count: number, selection: string) =>
  `fragment F on Thing { ...G ${times(count, () => selection)} } fragment G on Thing { ${times(count, () => selection)} }`

describe('limitsRule()', () => {
  it.each([
    ['12 levels of fields', `{ ${nested(12)} }`, `{ ${nested(13)} }`, tooMany('levels of fields', 13, 12)],
    [
      '12 levels of fields through fragments',
      `{ ...F } fragment F on Query { me { ...G } } fragment G on Thing { ... on Thing { ${nested(11)} } }`,
      `{ ...F } fragment F on Query { me { ...G } } fragment G on Thing { ... on Thing { ${nested(12)} } }`,
      tooMany('levels of fields', 13, 12),
    ],
    [
      '15 levels of introspection',
      `{ __type(name: "A") { ${'ofType { '.repeat(13)} name ${'}'.repeat(13)} } }`,
      `{ __type(name: "A") { ${'ofType { '.repeat(14)} name ${'}'.repeat(14)} } }`,
      tooMany('levels of introspection', 16, 15),
    ],
    [
      '30 aliases',
      `{ me { ${times(30, (n) => `a${n}: id`)} } }`,
      `{ me { ${times(31, (n) => `a${n}: id`)} } }`,
      tooMany('aliases', 31, 30),
    ],
    [
      '30 aliases of __typename',
      `{ me { ${times(30, (n) => `a${n}: __typename`)} } }`,
      `{ me { ${times(31, (n) => `a${n}: __typename`)} } }`,
      tooMany('aliases', 31, 30),
    ],
    [
      '30 aliases, spread twice',
      `{ me { ...F me { ...F } } } fragment F on Thing { ${times(15, (n) => `a${n}: id`)} }`,
      `{ me { ...F me { ...F } } } fragment F on Thing { ${times(16, (n) => `a${n}: id`)} }`,
      tooMany('aliases', 32, 30),
    ],
    ['10 root fields', `{ ${times(10, () => 'a')} }`, `{ ${times(11, () => 'a')} }`, tooMany('root fields', 11, 10)],
    [
      '10 root fields through fragments',
      `{ a ...F ... { a } } fragment F on Query { ${times(8, () => 'a')} }`,
      `{ a ...F ... { a } } fragment F on Query { ${times(9, () => 'a')} }`,
      tooMany('root fields', 11, 10),
    ],
    [
      '20 directives, wherever they stand',
      `query ($v: Int @mark) @mark { ...F @mark ... @mark { a } } fragment F on Query @mark { a ${'@mark '.repeat(15)} }`,
      `query ($v: Int @mark) @mark { ...F @mark ... @mark { a } } fragment F on Query @mark { a ${'@mark '.repeat(16)} }`,
      tooMany('directives', 21, 20),
    ],
    [
      '5,000 selections after expansion',
      `{ me { ${times(10, () => '...F')} } } fragment F on Thing { ${times(498, () => 'id')} }`,
      `{ me { ${times(10, () => '...F')} id } } fragment F on Thing { ${times(499, () => 'id')} }`,
      tooMany('selections', 5_002, 5_000),
    ],
    [
      'an object 50 times in one place',
      `{ me { ${times(50, (n) => `me { ${n % 2 ? 'id' : 'tags'} }`)} ${times(60, () => 'id')} } }`,
      `{ me { ${times(51, (n) => `me { ${n % 2 ? 'id' : 'tags'} }`)} } }`,
      tooMany('selections of one object', 51, 50),
    ],
    [
      'an object 50 times in one place, within others that are repeated',
      `{ ${times(5, () => `me { ${times(10, () => 'me { id }')} }`)} }`,
      `{ ${times(4, () => `me { ${times(10, () => 'me { id }')} }`)} me { ${times(11, () => 'me { id }')} } }`,
      tooMany('selections of one object', 51, 50),
    ],
    [
      'an object 50 times in one place, in fragments, each but once',
      `{ me { ...F ...G ...F ... on Node { ...G } } } ${fAndG(25, 'id me { id }')}`,
      `{ me { me { id } ...F ... on Node { ...G } } } ${fAndG(25, 'me { id }')}`,
      tooMany('selections of one object', 51, 50),
    ],
    [
      '25,000 fields, taking each list to hold 20 items',
      `{ me { ${inLists(
        2,
        times(62, () => 'id'),
      )} } }`,
      `{ me { ${inLists(
        2,
        times(63, () => 'id'),
      )} } }`,
      tooMany(fields, 25_222, 25_000),
    ],
    [
      'as many where a list is said to be longer',
      `{ me { many { many { ${times(2, () => 'id')} } } } }`,
      `{ me { ... on Node { ... on Thing { many { ...F } } } } } fragment F on Thing { many { ${times(3, () => 'id')} } }`,
      tooMany(fields, 30_102, 25_000),
    ],
    [
      'as many in a page that is as full as `first` says, in whichever way it is selected',
      `{ page(first: 30) { edges { node { ${inLists(
        1,
        times(40, () => 'id'),
      )} } } } }`,
      `{ page(first: 32) { ...F } } fragment F on Page { ... on Page { edges { ...E } } } fragment E on Edge { node { ${inLists(
        1,
        times(40, () => 'id'),
      )} } }`,
      tooMany(fields, 25_666, 25_000),
    ],
    [
      'as many in a page of 20, unless it is said how many',
      `{ page { edges { node { ${inLists(
        1,
        times(40, () => 'id'),
      )} } } }`.concat(' }'),
      `query ($first: Int = 1) { page(first: $first) { edges { node { ${inLists(
        1,
        times(40, () => 'id'),
      )} } } } }`,
      tooMany(fields, 80_202, 25_000),
    ],
    [
      'no more in pages of pages',
      `{ page(first: 10) { edges { node { page(first: 40) { edges { node { ${times(60, () => 'id')} } } } } } } }`,
      `{ page(first: 10) { edges { node { page(first: 40) { more edges { node { ${times(63, () => 'id')} } } } } } } }`,
      tooMany(fields, 25_642, 25_000),
    ],
    [
      'as many fields in lists of lists',
      `{ me { rows { id ... on Thing { tags } } } }`,
      `{ me { rows { id ... on Thing { ...F } } } } fragment F on Thing { rows { ... on Thing { tags } } }`,
      tooMany(fields, 160_802, 25_000),
    ],
    [
      'as many in a list that takes `first` itself',
      `{ me { listed(first: 50) { listed(first: 50) { ${times(9, () => 'id')} } } } }`,
      `{ me { listed(first: 50) { listed { ${times(26, () => 'id')} } } } }`,
      tooMany(fields, 26_052, 25_000),
    ],
    [
      'as many behind an interface, of which only an implementer says how many there are',
      `{ shelf(first: 20) { items { many { id } ... on Thing { things { id } } } } }`,
      `{ shelf(first: 90) { ... on Rack { items { ... on Node { many { ${times(3, () => 'id')} } } } } } }`,
      tooMany(fields, 27_092, 25_000),
    ],
    [
      'as many in lists of lists of a page',
      `{ page(first: 50) { table { ${times(24, () => 'id')} } } }`,
      `{ page(first: 50) { table { ${times(25, () => 'id')} more: id } } }`,
      tooMany(fields, 26_002, 25_000),
    ],
    [
      'as many in a page that has a list of its own length',
      `{ page(first: 1) { notes { ${times(24, () => 'id')} } } }`,
      `{ page(first: 1) { notes { ${times(25, () => 'id')} } } }`,
      tooMany(fields, 25_002, 25_000),
    ],
    [
      'the whole schema once',
      '{ __schema { types { name } } x: __typename __type(name: "A") { name } }',
      '{ ...F __schema { types { name } } } fragment F on Query { a: __schema { types { name } } }',
      tooMany('fields __schema', 2, 1),
    ],
    [
      'one field that checks a credential',
      'mutation { signIn(n: 1) { id } other { id } }',
      'mutation { signIn(n: 1) { id } register { id } }',
      tooMany('fields that check a credential', 2, 1),
    ],
    [
      'one field that checks a credential, whatever it is called',
      'mutation { a: signIn(n: 1) { id } signIn: other { id } }',
      'mutation { a: signIn(n: 1) { id } b: signIn(n: 2) { id } }',
      tooMany('fields that check a credential', 2, 1),
    ],
    [
      'one field that checks a credential, in a fragment',
      'mutation { ...F } fragment F on Mutation { ... { signIn(n: 1) { id } } }',
      'mutation { ...F ...F } fragment F on Mutation { ... { signIn(n: 1) { id } } }',
      tooMany('fields that check a credential', 2, 1),
    ],
    [
      'one field that checks a credential, behind an interface',
      '{ node { id ... on Thing { check } } }',
      '{ node { id ... on Thing { check me { check } } } }',
      tooMany('fields that check a credential', 2, 1),
    ],
  ])('allows %s and refuses more', (_, allowed, refused, message) => {
    expect(errorsOf(allowed)).toEqual([])
    expect(errorsOf(refused)).toEqual([message])
  })

  it('allows an object no more often in a fragment that nothing spreads', () => {
    const unused = (count: number) => `{ a } fragment F on Thing { ${times(count, () => 'me { id }')} }`
    expect(errorsOf(unused(50))).toEqual([])
    expect(errorsOf(unused(51))).toEqual([
      'The fragment has too many selections of one object: 51, and at most 50 are allowed',
    ])
  })

  it('finds what is repeated however deep it stands, and in what is circular', () => {
    const repeated = times(51, () => 'me { id }')
    const message = 'The fragment has too many selections of one object: 51, and at most 50 are allowed'
    const deep = `${'me { '.repeat(100)}${repeated}${' }'.repeat(100)}`
    expect(errorsOf(`{ a } fragment F on Thing { ${deep} }`)).toEqual([message])
    expect(errorsOf(`{ a } fragment A on Thing { x { ...B } } fragment B on Thing { ...A y { ${repeated} } }`)).toEqual(
      [message],
    )
  })

  it('stands a long circle of fragments in each other', () => {
    const circle = times(100, (n) => `fragment F${n} on Thing { ...F${n + 1} }`)
    expect(errorsOf(`{ a } ${circle} fragment F100 on Thing { me { ...F0 } }`)).toEqual([])
    const steps = times(100, (n) => `fragment F${n} on Thing { me { ...F${(n + 1) % 100} } }`)
    expect(errorsOf(`{ a } ${steps}`)).toEqual([])
  })

  it('refuses what it cannot count within ten thousand selections, all definitions together', () => {
    const message = 'The operation has too many selections of one object: 1000000 or more, and at most 50 are allowed'
    const long = `fragment F on Thing { ${times(900, () => 'id')} }`
    const operations = (count: number) => times(count, (n) => `query Q${n} { me { ...F } }`)
    expect(errorsOf(`${operations(11)} ${long}`)).toEqual([])
    expect(errorsOf(`${operations(12)} ${long}`)).toEqual([message])
  })

  it('has what it refuses looked through for nothing else', () => {
    const visited: string[] = []
    const watch = () => ({ SelectionSet: () => void visited.push('selections') })
    const codes = (text: string) => validate(schema, parse(text), [watch, ...specifiedRules, limitsRule, watch])
    expect(codes(`{ ${times(11, () => 'unknown { nothing }')} }`).map(({ message }) => message)).toEqual([
      tooMany('root fields', 11, 10),
    ])
    expect(visited).toEqual([])
    expect(codes('{ unknown { nothing } }').map(({ message }) => message)).toEqual([
      'Cannot query field "unknown" on type "Query".',
    ])
    expect(visited).not.toEqual([])
  })

  it('judges each operation of a document by itself', () => {
    const both = `query A { ${times(10, () => 'a')} } query B { ${times(10, () => 'a')} }`
    expect(errorsOf(both)).toEqual([])
    expect(errorsOf(`${both} query C { ${times(11, () => 'a')} }`)).toEqual([tooMany('root fields', 11, 10)])
  })

  it('lets the standard introspection query through, with everything it can ask for', () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    })
    expect(validate(schema, parse(query), [...specifiedRules, limitsRule])).toEqual([])
  })

  it('stands fragments that contain themselves, unknown fragments, types and fields', () => {
    const circular = '{ ...A } fragment A on Query { a ...B } fragment B on Query { ...A }'
    expect(errorsOf(circular)).toEqual([])
    expect(errorsOf('{ me { ...A } } fragment A on Thing { me { ...A } }')).toEqual([])
    const wide = `{ me { ...A } } fragment A on Thing { ${times(40, (n) => `x${n} { ...A }`)} }`
    expect(errorsOf(wide)).toEqual([])
    expect(errorsOf('{ ...Nothing ... on Nowhere { no { thing } } b { c } }')).toEqual([])
    expect(validate(schema, parse(circular), [...specifiedRules, limitsRule])).not.toEqual([])
  })

  it('measures each fragment once, however often it is spread', () => {
    const levels = 60
    const document = parse(
      `{ ...F0 } ${times(levels, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F${levels} on Query { a }`,
    )
    let reads = 0
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue
      const { selections } = definition.selectionSet
      const counted = () => {
        reads += 1
        return selections
      }
      Object.defineProperty(definition.selectionSet, 'selections', { get: counted })
    }
    const messages = validate(schema, document, [limitsRule]).map(({ message }) => message)
    expect(messages).toEqual([
      tooMany('root fields', '1000000 or more', 10),
      tooMany('selections', '1000000 or more', 5_000),
      tooMany(fields, '1000000 or more', 25_000),
    ])
    // Once by the rule and once by validate() itself, which walks the whole document.
    expect(reads).toBeLessThanOrEqual(2 * (levels + 1))
  })
})
