import fc from 'fast-check'
import {
  buildSchema,
  type GraphQLSchema,
  graphqlSync,
  introspectionFromSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  printSchema,
  validateSchema,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { accessMatrix, schemaForRoles } from '../../src/directives/index.ts'
import { authorize, buildTestSchema } from './harness.ts'
import { writeRandomSdl } from './random-sdl.ts'

/** The printed SDL without descriptions and empty lines. */
function seen(sdl: string, roles: readonly string[] | null): string {
  return printed(schemaForRoles(buildTestSchema(sdl), roles))
}

function printed(schema: GraphQLSchema): string {
  expect(validateSchema(schema)).toEqual([])
  return printSchema(schema)
    .replace(/ *"""[\s\S]*?"""\n/g, '')
    .replace(/\n+/g, '\n')
    .trim()
}

function coordinates(schema: GraphQLSchema): Set<string> {
  const found = new Set<string>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    found.add(type.name)
    if (isInputObjectType(type)) for (const field of Object.keys(type.getFields())) found.add(`${type.name}.${field}`)
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      found.add(`${type.name}.${field.name}`)
      for (const { name } of field.args) found.add(`${type.name}.${field.name}(${name}:)`)
    }
  }
  return found
}

describe('schemaForRoles()', () => {
  it('shows what is allowed and what is conditional, and hides what is denied', () => {
    const sdl = `type Query {
      open: String @public
      own(id: ID): String @allow(any: [{ owner: "args.id" }])
      fresh: String @auth(maxAge: 1)
      admins: String @hasRole(role: ADMIN)
      judged: String @allow(any: [{ policy: "p" }])
    }`
    expect(seen(sdl, null)).toBe('type Query {\n  open: String\n  judged: String\n}')
    expect(seen(sdl, ['MEMBER'])).toBe(
      'type Query {\n  open: String\n  own(id: ID): String\n  fresh: String\n  judged: String\n}',
    )
    expect(seen(sdl, ['ADMIN'])).toContain('admins: String')
  })

  it('leaves out the layer’s directives and AccessRule always, and keeps those of the host', () => {
    const sdl = `directive @host(of: AccessLevel) on FIELD_DEFINITION
      type Query { a: String @auth @host odd(rule: AccessRule): String @auth oddest(rule: AccessRule!): String @auth }`
    const text = seen(sdl, ['ADMIN'])
    expect(text).toContain('directive @host(of: AccessLevel)')
    expect(text).toContain('odd: String')
    expect(text).not.toMatch(
      /oddest|AccessRule|@auth|@public|@hasRole|@hasPermission|@hasAccess|@allow|@grants|@reads|@signsIn/,
    )
  })

  it('hides a field that requires a hidden argument, and only the argument where it is optional', () => {
    const sdl = `type Query {
      a(secret: ID! @hasRole(role: ADMIN)): String @auth
      b(secret: ID @hasRole(role: ADMIN), other: ID): String @auth
      c(secret: ID! = "x" @hasRole(role: ADMIN)): String @auth
    }`
    expect(seen(sdl, ['MEMBER'])).toBe('type Query {\n  b(other: ID): String\n  c: String\n}')
    expect(seen(sdl, ['ADMIN'])).toContain('a(secret: ID!): String')
  })

  it('hides input fields, and inputs that cannot be made without a hidden field', () => {
    const sdl = `
      input A { open: ID secret: ID @hasRole(role: ADMIN) }
      input B { open: ID secret: ID! @hasRole(role: ADMIN) }
      input C { b: B! }
      input D @oneOf { open: ID c: C }
      type Query { a(a: A): String @auth b(b: B): String @auth c(c: C!): String @auth d(d: D): String @auth }`
    expect(seen(sdl, ['MEMBER'])).toBe(
      'input A {\n  open: ID\n}\ninput D @oneOf {\n  open: ID\n}\ntype Query {\n  a(a: A): String\n  b: String\n  d(d: D): String\n}',
    )
    expect(seen(sdl, ['ADMIN'])).toContain('c(c: C!): String')
  })

  it('drops types that nothing leads to, or of which nothing is left', () => {
    const sdl = `
      type A { b: B @hasRole(role: ADMIN) x: Int }
      type B { y: Int }
      type C { z: Int @hasRole(role: ADMIN) }
      enum E { ONE }
      type Query { a: A @auth c: C @auth e: E @hasRole(role: ADMIN) }
      type Mutation { m: String @hasRole(role: ADMIN) }`
    expect(seen(sdl, ['MEMBER'])).toBe('type A {\n  x: Int\n}\ntype Query {\n  a: A\n}')
    expect(seen(sdl, ['ADMIN'])).toMatch(/type B[\s\S]*type C[\s\S]*enum E[\s\S]*type Mutation/)
  })

  it('shrinks unions and interfaces to the types that are left', () => {
    const sdl = `
      interface Node { id: ID }
      type A implements Node { id: ID }
      type B implements Node @hasRole(role: ADMIN) { id: ID }
      union U = A | B
      union V = B
      type Query { node: Node @auth u: U @auth v: V @auth }`
    const schema = schemaForRoles(buildTestSchema(sdl), ['MEMBER'])
    expect(printed(schema)).toBe(
      'interface Node {\n  id: ID\n}\ntype A implements Node {\n  id: ID\n}\nunion U = A\ntype Query {\n  node: Node\n  u: U\n}',
    )
    const source = '{ __type(name: "Node") { possibleTypes { name } } }'
    expect(graphqlSync({ schema, source }).data).toEqual({ __type: { possibleTypes: [{ name: 'A' }] } })
  })

  it('lets a type that hides an interface’s field implement it no longer', () => {
    const sdl = `
      interface Node { id: ID }
      type A implements Node { id: ID }
      type B implements Node { id: ID @hasRole(role: ADMIN) x: Int }
      type Query { node: Node @auth b: B @auth }`
    expect(seen(sdl, ['MEMBER'])).toBe(
      'interface Node {\n  id: ID\n}\ntype A implements Node {\n  id: ID\n}\ntype B {\n  x: Int\n}\ntype Query {\n  node: Node\n  b: B\n}',
    )
  })

  it('says so where nothing is left of the query type', () => {
    const sdl = 'type Query { a: String @hasRole(role: ADMIN) } type Mutation { login: String @public }'
    const schema = schemaForRoles(buildTestSchema(sdl), null)
    expect(printed(schema)).toBe('type Query {\n  nothing: Boolean\n}\ntype Mutation {\n  login: String\n}')
    expect(printSchema(schema)).toContain('no query that you could be allowed')
  })

  it('shows anonymous viewers what a @signsIn field may show to anybody it signs in, and there alone', () => {
    const sdl = `
      type Session @auth { user: User }
      type User { name: String @auth all: String @hasPermission(permission: READ_ALL) }
      type Other { secret: String @auth open: String }
      type Query { me: User @auth others: [Other] @public }
      type Mutation { login: Session @public @signsIn  logout: Session @auth }`
    expect(seen(sdl, null)).toBe(
      [
        'type Session {\n  user: User\n}',
        'type User {\n  name: String\n}',
        'type Other {\n  open: String\n}',
        'type Query {\n  others: [Other]\n}',
        'type Mutation {\n  login: Session\n}',
      ].join('\n'),
    )
  })

  it('keeps descriptions, deprecations, defaults and enum values', () => {
    const sdl = `
      "A colour." enum Colour { RED "Of grass." GREEN @deprecated(reason: "no grass") }
      type Query { "What a." a("Which." b: Colour = GREEN, s: String = "x"): Int @auth @deprecated(reason: "gone") }`
    const expected = buildSchema(sdl.replace('@auth', ''))
    expect(printSchema(schemaForRoles(buildTestSchema(sdl), ['MEMBER']))).toBe(printSchema(expected))
  })

  it('gives of an authorized schema the same, defaults of guarded places included, and no way to run it', () => {
    const sdl = `
      enum Colour { RED GREEN }
      input In { c: Colour = RED @auth n: [Int] = [1, 2] @auth s: String = "x" }
      type Query { a(i: In = { s: "y" } @auth, c: Colour! = GREEN @auth): Int @auth }`
    const guarded = schemaForRoles(authorize(sdl, { Query: { a: () => 1 } }), ['MEMBER'])
    expect(printed(guarded)).toBe(seen(sdl, ['MEMBER']))
    expect(printed(guarded)).toContain('c: Colour! = GREEN')
    expect(guarded.getQueryType()?.getFields().a?.resolve).toBeUndefined()
    expect(JSON.stringify(introspectionFromSchema(guarded))).not.toContain('maxAge')
  })

  it('carries no trace of the SDL with its rules', () => {
    const sdl = 'interface I { e: Role } type T implements I { e: Role } type Query @auth { t(r: Role @auth): I @auth }'
    const schema = schemaForRoles(buildTestSchema(sdl), ['MEMBER'])
    const { Role: role, T: object, I: ancestor, Query: query } = schema.getTypeMap()
    for (const type of [role, object, ancestor, query]) expect(type?.astNode).toBeUndefined()
    expect(schema.getQueryType()?.getFields().t?.astNode).toBeUndefined()
    expect(schema.getQueryType()?.getFields().t?.args[0]?.astNode).toBeUndefined()
  })

  it('remembers each set of roles, whatever their order and whatever they include; unknown roles count for nothing', () => {
    const schema = buildTestSchema('type Query { a: String @public }')
    const editor = schemaForRoles(schema, ['EDITOR'])
    expect(schemaForRoles(schema, ['MEMBER', 'EDITOR', 'EDITOR', 'admin', '__proto__'])).toBe(editor)
    expect(schemaForRoles(schema, [])).not.toBe(schemaForRoles(schema, null))
    expect(schemaForRoles(schema, ['nobody'])).toBe(schemaForRoles(schema, []))
  })

  it('remembers a bounded number of sets', () => {
    const names = Array.from({ length: 40 }, (_, index) => `R${index}`)
    const schema = buildTestSchema(
      `enum Role { ${names.join(' ')} } enum Permission { P } type Query { a: String @public b: String @hasRole(role: R0) c: String @hasPermission(permission: P) }`.replace(
        'R0 ',
        'R0 @grants(permissions: [P]) ',
      ),
    )
    const first = schemaForRoles(schema, ['R0'])
    expect(schemaForRoles(schema, ['R0'])).toBe(first)
    for (const name of names) schemaForRoles(schema, [name])
    expect(schemaForRoles(schema, ['R0'])).not.toBe(first)
  })

  it('is valid for every role over random schemas, shows nothing that the matrix denies, and every leaf it does not', () => {
    fc.assert(
      fc.property(fc.gen(), (generate) => {
        const schema = buildTestSchema(writeRandomSdl((max) => generate(fc.nat, { max })))
        const matrix = accessMatrix(schema)
        for (const role of ['anonymous', 'MEMBER', 'EDITOR', 'ADMIN']) {
          const pruned = schemaForRoles(schema, role === 'anonymous' ? null : [role])
          expect(validateSchema(pruned)).toEqual([])
          const shown = coordinates(pruned)
          const denied = Object.keys(matrix).filter((coordinate) => matrix[coordinate]?.[role] === 'deny')
          expect(denied.filter((coordinate) => shown.has(coordinate))).toEqual([])
          const leaves = Object.keys(matrix).filter((coordinate) => coordinate.startsWith('Query.leaf'))
          expect(leaves.filter((coordinate) => !shown.has(coordinate) && !denied.includes(coordinate))).toEqual([])
        }
      }),
      { numRuns: 100 },
    )
  })
})
