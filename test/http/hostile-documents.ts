/** What a client may send to keep a server busy. All of it is within the limit of the body, 100 KB. */
export interface HostileDocument {
  name: string
  body: { query: string; variables?: unknown }
}

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')
const nest = (times: number, open: string, leaf: string) =>
  `${open.repeat(times)}${leaf}${' }'.repeat(times * (open.split('{').length - 1))}`
const document = (name: string, query: string, variables?: unknown): HostileDocument => ({
  name,
  body: variables === undefined ? { query } : { query, variables },
})

const manyFields = (of: 'user' | 'session') =>
  of === 'user'
    ? 'id name email emailVerified roles permissions createdAt'
    : 'id kind name current methods permissions userAgent ipAddress createdAt authenticatedAt lastUsedAt expiresAt'
const manyObjects = (count: number) => times(count, () => 'sessions { id } authenticators { id }')

/** Each of these is refused before anything runs: with status 400, and without data. */
export const refused: readonly HostileDocument[] = [
  document('100 KB of tokens', `{ me { ${times(30_000, () => 'id')} } }`),
  document('320 levels of fields', `{ me { ${nest(160, 'sessions { user { ', 'id')} } }`),
  document('levels one past the limit', `{ me { ${nest(6, 'sessions { user { ', 'id')} } }`),
  document('deep lists as an argument', `{ document(id: ${'['.repeat(490)}${']'.repeat(490)}) { id } }`),
  document(
    'fragment bomb, doubling 40 times',
    `{ ...F0 } ${times(40, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F40 on Query { me { id } }`,
  ),
  document(
    'circular fragments',
    `{ me { ...F0 } } ${times(60, (n) => `fragment F${n} on User { sessions { user { ...F${(n + 1) % 60} } } }`)}`,
  ),
  document(
    'fragments that all spread each other',
    `{ me { ...F0 } } ${times(18, (n) => `fragment F${n} on User { ${times(18, (other) => `...F${other}`)} }`)}`,
  ),
  document('alias flood', `{ ${times(240, (n) => `a${n}: __typename`)} }`),
  document('alias flood on one list', `{ ${times(60, (n) => `a${n}: documents(first: 100) { totalCount }`)} }`),
  document('directive flood', `{ __typename ${times(450, () => '@skip')} }`),
  document('directive flood that is valid', `{ ${times(80, () => '__typename @include(if: true)')} }`),
  document('as many fields as fit, all of one name', `{ me { ${times(980, () => 'id')} } }`),
  document('one object selected over and over', `{ ${times(240, () => 'me { id }')} }`),
  document('one object selected over and over, within another', `{ me { ${times(240, () => 'sessions { id }')} } }`),
  document(
    'one object selected over and over, in a fragment that nothing spreads',
    `{ __typename } fragment F on User { ${times(240, () => 'sessions { id }')} }`,
  ),
  document('unknown fields', `{ ${times(480, (n) => `f${n}`)} }`),
  document('unknown types', `{ ${times(160, (n) => `... on T${n} { x }`)} }`),
  document('fields that conflict', `{ me { ${times(90, (n) => `name: email x${n % 2}: name`)} } }`),
  document(
    'conflicts nested in each other',
    `{ ${times(9, (n) => `me { ${times(9, () => `sessions { id x: ${n % 2 ? 'createdAt' : 'id'} }`)} }`)} }`,
  ),
  document(
    'conflicts nested in each other, as many as may be',
    `{ ${times(7, (n) => `me { ${times(7, () => `sessions { id x: ${n % 2 ? 'createdAt' : 'id'} }`)} }`)} }`,
  ),
  document('fields repeated with an argument', `{ ${times(75, (n) => `document(id: "${n}") { id }`)} }`),
  document(
    'operations by the hundred',
    times(160, (n) => `query Q${n} { __typename }`),
  ),
  document('unused fragments', `{ __typename } ${times(140, (n) => `fragment F${n} on User { id }`)}`),
  document(
    'lists in lists in lists',
    `{ users(first: 100) { edges { node { ${nest(3, 'sessions { user { ', 'id')} } } } }`,
  ),
  document('introspection bomb', `{ __schema { types { ${nest(10, 'fields { type { ', 'name')} } } }`),
  document('introspection in circles', `{ __schema { types { ${nest(3, 'fields { type { ', 'name')} } } }`),
  document(
    'introspection from type to type',
    '{ __schema { types { possibleTypes { interfaces { possibleTypes { interfaces { possibleTypes { name } } } } } } } }',
  ),
  document('introspection twice', '{ a: __schema { types { name } } b: __schema { types { name } } }'),
  document('introspection by the dozen', `{ ${times(11, (n) => `a${n}: __schema { types { name } }`)} }`),
  document('a variable of 90 KB that does not fit', 'query ($a: Int) { documents(first: $a) { totalCount } }', {
    a: 'x'.repeat(90_000),
  }),
  document('many variables', `query (${times(240, (n) => `$v${n}: Int`)}) { __typename }`),
]

/** These are answered, with null where something is denied: what they may cost is bounded by limits alone. */
export const answered: readonly HostileDocument[] = [
  document('two names over and over', `{ me { ${times(490, () => 'id name')} } }`),
  document('as many of each object as may be', `{ me { ${manyObjects(36)} sessions { user { ${manyObjects(9)} } } } }`),
  document('inline fragments in each other', `{ me { ${nest(320, '... { ', 'id')} } }`),
  document(
    'fragments spread by the dozen',
    `{ me { ${times(48, () => '...F')} } } fragment F on User { ${times(100, () => 'id')} }`,
  ),
  document('a hundred denied lists', '{ documents(first: 100) { edges { node { id grants { id } } } } }'),
  document(
    'denied by thirty aliases',
    `{ documents(first: 39) { edges { node { ${times(30, (n) => `a${n}: grants { id }`)} } } } }`,
  ),
  document(
    'the same owner by thirty aliases, a hundred times',
    `{ documents(first: 100) { edges { node { ${times(30, (n) => `a${n}: owner { ...F }`)} } } } } fragment F on User { id name email emailVerified roles permissions createdAt }`,
  ),
  document(
    'sessions of sessions',
    `{ me { sessions { user { sessions { user { id } ${manyFields('session')} } } } } }`,
  ),
  document(
    'sessions of sessions, by ten aliases',
    `{ me { sessions { user { sessions { ${times(10, (n) => `a${n}: ${n % 2 === 0 ? 'user { id }' : 'id'}`)} } } } } }`,
  ),
  document(
    'arguments and types of everything, and of the types of their types',
    `{ __schema { ...S } } fragment N on __Type { kind name description specifiedByURL isOneOf } fragment O on __Type { ...N ofType { ...N ofType { ...N ofType { ...N } } } } fragment I on __InputValue { name description defaultValue isDeprecated deprecationReason type { ...O } } fragment F on __Field { name description isDeprecated deprecationReason args(includeDeprecated: true) { ...I } type { ...O } } fragment S on __Schema { description queryType { ...N } directives { name description isRepeatable locations args { ...I } } types { ...N enumValues(includeDeprecated: true) { name description } inputFields { ...I } interfaces { ...N } possibleTypes { ...N } fields(includeDeprecated: true) { ...F type { fields { ...F } ofType { fields { ...F } ofType { fields { ...F } } } } } } }`,
  ),
  document(
    'arguments and types of everything',
    `{ ${times(1, (n) => `a${n}: __schema { types { kind name description fields { name description args { name description defaultValue } type { name ofType { name } } } inputFields { name description defaultValue type { name ofType { name } } } enumValues { name description } } }`)} }`,
  ),
  document(
    'one fragment in many places, under conditions',
    `query ($a: Boolean!, $b: Boolean!, $c: Boolean!) { ${times(7, (n) => `a${n}: me { ...F }`)} x: __typename @include(if: $a) y: __typename @include(if: $b) z: __typename @include(if: $c) } fragment F on User { ${manyFields('user')} sessions { ${manyFields('session')} user { ${manyFields('user')} } } }`,
    { a: true, b: true, c: true },
  ),
  document(
    'fields of the types of every field of one type, ten times',
    `{ ${times(10, (n) => `a${n}: __type(name: "${n % 2 ? 'Query' : 'Mutation'}") { fields { name description type { ...T ofType { ...T } } } }`)} } fragment T on __Type { name fields { name description args { name description type { name } } type { name ofType { name } } } }`,
  ),
  document(
    'directives and types of everything',
    `{ ${times(1, (n) => `a${n}: __schema { types { name fields { name args { name type { name } } type { name ofType { name } } } } directives { name args { name } } }`)} }`,
  ),
  document('a comment of 90 KB', `#${'x'.repeat(90_000)}\n{ __typename }`),
  document('huge variables that nothing uses', '{ __typename }', { unused: 'x'.repeat(90_000) }),
  document('a list of 24,000 as a variable that nothing uses', '{ __typename }', {
    unused: Array.from({ length: 24_000 }, () => 1),
  }),
  document('a variable 20,000 levels deep', '{ __typename }', { unused: 'DEEP' }),
  document(
    'a search for everything',
    '{ documents(first: 100, filter: { search: "e" }) { totalCount edges { node { title } } } }',
  ),
]

/** Everything above. */
export const hostileDocuments = [...refused, ...answered]

/** JSON that no serializer of a client would write: the depth is in the text alone. */
export function textOf({ body }: HostileDocument): string {
  return JSON.stringify(body).replace('"DEEP"', `${'['.repeat(20_000)}${']'.repeat(20_000)}`)
}
