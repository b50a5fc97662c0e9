import { buildASTSchema, GraphQLObjectType, GraphQLString, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { authorizeSchema, directiveTypeDefs, SchemaPolicyError } from '../../src/directives/index.ts'
import { authorize, buildTestSchema, faultsOf, testRoles } from './harness.ts'

const access = { access: async () => [] }

/** The faults of one rule on a field, as text. */
function faultsOfRule(rule: string, options = {}) {
  const faults = faultsOf(
    `type Doc { id: ID! owner: Doc tags: [ID!] docs: [Doc!] name: String ${rule} } type Query { doc(id: ID!): Doc @public }`,
    options,
  )
  expect(faults.map(({ coordinate }) => coordinate)).toEqual(faults.map(() => 'Doc.name'))
  return faults.map(({ message }) => message)
}

describe('authorizeSchema()', () => {
  it('lists every fault at once, each with its coordinate, file and line', () => {
    const faults = faultsOf(`type Query {
      a: String
      b: String @hasRole(role: ADMN)
      c: String @auth @public
    }
    extend type Query {
      d: String
    }`)
    expect(faults.map(({ coordinate, location }) => [coordinate, location]).sort()).toEqual([
      ['Query.a', 'test.graphql:2'],
      ['Query.b', 'test.graphql:3'],
      ['Query.b', 'test.graphql:3'],
      ['Query.c', 'test.graphql:4'],
      ['Query.d', 'test.graphql:7'],
    ])
    expect(() => authorize('type Query { a: String }')).toThrow(
      /1 authorization fault:\n.*test\.graphql:1: Query\.a: a root field needs a rule/,
    )
  })

  it.each(['Query', 'Mutation', 'Subscription'])('refuses a root field of %s without a rule', (root) => {
    const other = root === 'Query' ? '' : 'type Query { ok: String @public }'
    expect(faultsOf(`${other} type ${root} { a: String }`)[0]).toMatchObject({ coordinate: `${root}.a` })
  })

  it.each([
    ['a key that nothing enforces', 'extend input AccessRule { group: String }', '{ group: "staff" }'],
    ['a key with a default', 'extend input AccessRule { group: String = "staff" }', '{ role: [ADMIN] }'],
    ['a condition that is always there', 'extend input AccessRule { weak: Boolean! = true }', '{ owner: "id" }'],
  ])('refuses an AccessRule with %s', (_, extension, rule) => {
    const faults = faultsOf(`${extension}
      type Doc @allow(any: [${rule}]) { id: ID } type Query { doc: Doc @public }`)
    expect(faults).toMatchObject([{ coordinate: 'AccessRule', message: expect.stringContaining('must be defined as') }])
  })

  it('refuses roles that stand for other values: rules go by their names', () => {
    const build = (Role: Record<string, string>) => () =>
      authorize('type Query { a: String @hasRole(role: ADMIN) }', { Role })
    expect(build({ ADMIN: 'ADMIN' })).not.toThrow()
    expect(build({ ADMIN: 'MEMBER' })).toThrow(
      /1 authorization fault:\n.*roles\.graphql:\d+: Role\.ADMIN: stands for "MEMBER"/,
    )
  })

  it('takes a rule on a root type for one on each of its fields', () => {
    expect(() => authorize('type Query @auth { a: String }')).not.toThrow()
  })

  it('knows root types by their role, not their name', () => {
    expect(faultsOf('schema { query: Start } type Start { a: String }')[0]).toMatchObject({ coordinate: 'Start.a' })
  })

  it.each([
    ['a misspelt role', '@hasRole(role: ADMN)', 'does not exist in "Role" enum'],
    ['a role in quotes', '@hasRole(role: "ADMIN")', 'cannot represent non-enum value'],
    ['an unknown permission', '@hasPermission(permission: [FLY])', 'does not exist in "Permission" enum'],
    ['a number as text', '@auth(maxAge: "60")', 'Int cannot represent non-integer value'],
    [
      'an unknown key in a rule',
      '@allow(any: [{ roles: [ADMIN] }])',
      'Field "roles" is not defined by type "AccessRule"',
    ],
    ['an unknown level', '@hasAccess(level: OWN, resource: "Doc")', 'does not exist in "AccessLevel" enum'],
    ['a rule without keys', '@allow(any: [{}])', 'a rule without keys says nothing'],
    ['no rules', '@allow(any: [])', 'an empty list of rules allows nobody'],
    ['no roles', '@hasRole(role: [])', '"role" is empty'],
    ['no permissions', '@allow(any: [{ permission: [] }])', '"permission" is empty'],
    ['a null key', '@allow(any: [{ role: null }])', '"role" is null'],
    ['a null beside another key', '@allow(any: [{ role: [ADMIN], owner: null }])', '"owner" is null'],
    ['an empty path', '@allow(any: [{ owner: "" }])', '"owner" is empty'],
    ['maxAge with interactive: false', '@auth(maxAge: 60, interactive: false)', 'contradicts'],
    ['a maxAge of nothing', '@auth(maxAge: 0)', 'at least 1'],
    ['a path to no field', '@allow(any: [{ owner: "ownerId" }])', 'names no field "ownerId" of Doc'],
    ['a path beyond a scalar', '@allow(any: [{ owner: "id.id" }])', 'which has no fields'],
    ['a path that ends at an object', '@allow(any: [{ owner: "owner" }])', 'which is no scalar'],
    ['a path that ends at a list', '@allow(any: [{ owner: "tags" }])', 'ends at a list'],
    ['a path through a list', '@allow(any: [{ owner: "docs.id" }])', 'leads through a list'],
    ['a path to no argument', '@allow(any: [{ owner: "args.id" }])', 'names no argument'],
    ['resource without access', '@allow(any: [{ role: [ADMIN], resource: "Doc" }])', 'go with "access"'],
    ['an unknown policy', '@allow(any: [{ policy: "moon" }])', 'there is no policy "moon"'],
    ['@signsIn off the mutations', '@signsIn', 'root mutation type only'],
  ])('refuses %s', (_, rule, message) => {
    expect(faultsOfRule(rule, access).join('\n')).toContain(message)
  })

  it('refuses an access rule without options.access, an unknown resource, and one left out off the type', () => {
    expect(faultsOfRule('@hasAccess(level: READ, resource: "Doc")')[0]).toContain('needs options.access')
    expect(faultsOfRule('@hasAccess(level: READ, resource: "Dok")', access)[0]).toContain('names no object type')
    expect(faultsOfRule('@hasAccess(level: READ)', access)[0]).toContain('"resource" is required here')
  })

  it('refuses a path on a root field that does not start from its arguments, and one on a type that does', () => {
    const onField = faultsOf('type Query { a(id: ID): String @allow(any: [{ owner: "id" }]) }')
    expect(onField[0]?.message).toContain('must start with "args."')
    const onType = faultsOf('type Doc @allow(any: [{ owner: "args.id" }]) { id: ID } type Query { a: Doc @public }')
    expect(onType[0]?.message).toContain('a type has none')
    const missing = faultsOf(
      'type Doc { id: ID } type Query { a: Doc @hasAccess(level: READ, resource: "Doc") }',
      access,
    )
    expect(missing[0]?.message).toContain('"args.id" names no argument')
  })

  it('follows paths into input objects', () => {
    const sdl = (path: string) =>
      `input I { ownerId: ID more: [I!] } type Query { a(input: I!): String @allow(any: [{ owner: "${path}" }]) }`
    expect(() => authorize(sdl('args.input.ownerId'))).not.toThrow()
    expect(faultsOf(sdl('args.input.owner'))[0]?.message).toContain('names no field "owner" of I')
    expect(faultsOf(sdl('args.input.more.ownerId'))[0]?.message).toContain('through a list')
  })

  it('refuses a rule inside what a directive of operations takes, however deep, and wherever else it is taken', () => {
    const inputs = 'input Opts { raw: Boolean @hasRole(role: ADMIN) } input Deep { list: [Opts!] deep: Deep }'
    const sdl = (directive: string) => `directive ${directive} ${inputs} type Query { v(o: Deep): String @public }`
    for (const location of ['QUERY', 'FIELD', 'INLINE_FRAGMENT', 'VARIABLE_DEFINITION']) {
      const faults = faultsOf(sdl(`@fmt(n: Int, opts: [Deep!]) on OBJECT | ${location}`))
      expect(faults).toEqual([
        {
          coordinate: '@fmt(opts:)',
          message: 'a rule stands inside Deep, and none is enforced in the arguments of directives',
          location: expect.stringMatching(/^test\.graphql:1$/),
        },
      ])
    }
    expect(() => authorize(sdl('@fmt(opts: Deep) on OBJECT | FIELD_DEFINITION'))).not.toThrow()
  })

  it('refuses rules that nothing would enforce: of inputs that no field takes, of interfaces that no type implements', () => {
    const faults = faultsOf(`input Unused { a: Int @hasRole(role: ADMIN) b: Int }
      input Used { a: Int @hasRole(role: ADMIN) }
      input Holder { used: Used }
      interface Bare @auth { f: String g: String @hasRole(role: ADMIN) }
      interface Base @auth { f: String }
      interface Between implements Base { f: String }
      type T implements Base { f: String }
      type Query { t(h: Holder): T @public }`)
    expect(faults.map(({ coordinate, message }) => [coordinate, message]).sort()).toEqual([
      ['Bare', 'no type implements Bare, so that its rules would be enforced nowhere'],
      ['Bare.g', 'no type implements Bare, so that its rules would be enforced nowhere'],
      ['Unused.a', 'no field takes Unused, so that its rules would be enforced nowhere'],
    ])
  })

  it('refuses @public where a rule stands or is inherited', () => {
    const faults = faultsOf(`interface I { f: String @auth }
      type T implements I { f: String @public }
      type S @hasRole(role: ADMIN) { g: String @public }
      type Query { t: T @public s: S @public }`)
    expect(faults.map(({ coordinate }) => coordinate)).toEqual(['T.f', 'S.g'])
    expect(faults[0]?.message).toBe('@public: contradicts @auth on I.f')
  })

  it('refuses roles that include each other in a circle', () => {
    const roles = (includes: string) => `enum Permission { P } type Query { a: String @auth }
      enum Role { A @grants(permissions: [P], includes: [B]) B @grants(permissions: [], includes: [C]) C @grants(permissions: [], includes: [${includes}]) }`
    expect(faultsOf(roles('B'))[0]?.message).toContain('circle: B → C → B')
    expect(faultsOf(roles('C'))[0]?.message).toContain('circle: C → C')
    expect(() => authorize(roles(''))).not.toThrow()
  })

  it('refuses a permission that no role grants, named by a rule or not', () => {
    const faults = faultsOf(
      `enum Role { A @grants(permissions: []) } enum Permission { USED UNUSED } type Query { a: String @hasPermission(permission: USED) }`,
    )
    expect(faults.map(({ coordinate, message }) => [coordinate, message])).toEqual([
      ['Permission.USED', 'no role grants this permission, which the rule on Query.a asks for'],
      ['Permission.UNUSED', 'no role grants this permission and no rule names it'],
    ])
  })

  it('refuses @grants on the values of another enum', () => {
    const faults = faultsOf('enum Colour { RED @grants(permissions: [READ_ALL]) } type Query { a: Colour @auth }')
    expect(faults[0]).toMatchObject({
      coordinate: 'Colour.RED',
      message: '@grants: it stands on values of enum Role only',
    })
  })

  it('refuses a widened directive, and a rule in the place that it was widened to', () => {
    const widened = directiveTypeDefs.replace(
      'interactive: Boolean\n) repeatable on FIELD_DEFINITION',
      'interactive: Boolean\n) repeatable on UNION | FIELD_DEFINITION',
    )
    expect(widened).not.toBe(directiveTypeDefs)
    const schema = buildASTSchema(
      parse(
        `${widened} ${testRoles} directive @own(x: Int @auth) on FIELD type A { x: ID } union U @auth = A type Query { a: U @public }`,
      ),
    )
    const attempt = () => authorizeSchema(schema, { viewer: () => null })
    expect(attempt).toThrow(SchemaPolicyError)
    expect(attempt).toThrow(
      /@auth: must be defined as @auth\(interactive: Boolean, maxAge: Int\) repeatable on ARGUMENT_DEFINITION/,
    )
    expect(attempt).toThrow(/U: @auth: it is not enforced here/)
    expect(attempt).toThrow(/@own\(x:\): @auth: it is not enforced here/)
  })

  it('refuses a schema without the definitions', () => {
    const schema = buildASTSchema(parse('type Query { a: String }'))
    expect(() => authorizeSchema(schema, { viewer: () => null })).toThrow(
      /@auth: is not defined: put directiveTypeDefs beside your SDL/,
    )
  })

  it('refuses a schema built without SDL, whose root fields bear no rule', () => {
    const config = buildTestSchema('type Query { a: String @auth }').toConfig()
    const query = new GraphQLObjectType({ name: 'Query', fields: { a: { type: GraphQLString } } })
    const schema = new (Object.getPrototypeOf(buildTestSchema('type Query { a: String @auth }')).constructor)({
      ...config,
      query,
      types: [],
    })
    expect(() => authorizeSchema(schema, { viewer: () => null })).toThrow(/Query\.a: a root field needs a rule/)
  })

  it('refuses @signsIn without options.established', () => {
    const sdl = 'type Query { a: String @public } type Mutation { login: String @public @signsIn }'
    expect(faultsOf(sdl, { established: undefined })[0]?.message).toContain('needs options.established')
  })

  it('leaves the schema it was given as it was', () => {
    const schema = buildTestSchema('type Query { a: String @auth }', { Query: { a: () => 'a' } })
    const before = schema.getQueryType()?.getFields().a?.resolve
    const authorized = authorizeSchema(schema, { viewer: () => null })
    expect(authorized).not.toBe(schema)
    expect(schema.getQueryType()?.getFields().a?.resolve).toBe(before)
  })
})
