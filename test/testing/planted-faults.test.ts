import { type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema, isObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { authorizeSchema } from '../../src/directives/index.ts'
import { type AccessOptions, createAccessCheck } from '../../src/testing/index.ts'
import { createSource, sdl } from './schema-under-test.ts'

type Authorize = NonNullable<AccessOptions['authorize']>
type Resolver = GraphQLFieldResolver<unknown, unknown>

const sound = createAccessCheck(createSource())
const soundReports = new Map<string, ReturnType<typeof sound.check>>()

/** Makes sure that there is nothing to see but the fault. One check runs one operation at a time, and the tests do too. */
async function expectSound(coordinate: string) {
  const report = soundReports.get(coordinate) ?? sound.check(coordinate)
  soundReports.set(coordinate, report)
  expect((await report).findings).toEqual([])
}

/** What the kit says of one coordinate of a schema whose layer has been tampered with. */
async function problemsOf(coordinate: string, authorize: Authorize) {
  const { findings } = await createAccessCheck(createSource(), { authorize }).check(coordinate)
  return findings.map(({ problem, run }) => ({ problem, operation: run?.operation ?? '' }))
}

function fieldOf(schema: GraphQLSchema, coordinate: string) {
  const [typeName = '', fieldName = ''] = coordinate.split('.')
  const type = schema.getType(typeName)
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined
  if (!field?.resolve) throw new Error(`${coordinate} has no resolver`)
  return { field, resolve: field.resolve }
}

/** Authorizes a schema and then puts another resolver in the place of a field's guarded one. */
function tamper(coordinate: string, replace: (guarded: Resolver, bare: Resolver) => Resolver): Authorize {
  return (schema, host) => {
    const { resolve: bare } = fieldOf(schema, coordinate)
    const authorized = authorizeSchema(schema, host)
    const { field, resolve: guarded } = fieldOf(authorized, coordinate)
    field.resolve = replace(guarded, bare)
    return authorized
  }
}

/** Authorizes other rules than the kit was given. */
function enforce(before: string, after: string): Authorize {
  if (!sdl.includes(before)) throw new Error(`the SDL does not have ${before}`)
  const other = createSource(sdl.replace(before, after))
  return (schema, host) => {
    for (const type of Object.values(other.getTypeMap())) {
      const original = schema.getType(type.name)
      if (!isObjectType(type) || !isObjectType(original) || type.name.startsWith('__')) continue
      for (const field of Object.values(type.getFields())) {
        const { resolve, subscribe } = original.getFields()[field.name] ?? {}
        Object.assign(field, { resolve, subscribe })
      }
    }
    return authorizeSchema(other, host)
  }
}

function lists(value: unknown): unknown[][] {
  return Array.isArray(value) ? value.map((item) => (Array.isArray(item) ? item : [item])) : []
}

function sourceOf({ operation }: GraphQLResolveInfo): string {
  return operation.loc?.source.body ?? ''
}

describe('createAccessCheck(), with a fault planted', () => {
  it.each([
    ['of a field', 'Letter.body'],
    ['of an inherited rule', 'Letter.notes'],
    ['of a mutation', 'Mutation.send'],
    ['of a field in a connection', 'LetterConnection.totalCount'],
  ])('sees that the wrapper %s is gone', async (_, coordinate) => {
    await expectSound(coordinate)
    expect(
      await problemsOf(
        coordinate,
        tamper(coordinate, (_, bare) => bare),
      ),
    ).not.toEqual([])
  })

  it.each([
    ['a connection', 'LetterEdge.node'],
    ['a union', 'Query.thing'],
    ['an interface', 'Query.node'],
    ['a list', 'Query.things'],
    ['a list of lists', 'Query.matrix'],
    ['a mutation’s payload', 'Mutation.send'],
    ['what signing in gives', 'Mutation.signIn'],
    ['events', 'Subscription.sent'],
  ])('sees that the objects in %s are no longer guarded', async (_, coordinate) => {
    const fieldName = coordinate.split('.')[1] ?? ''
    const found = await problemsOf(
      'Letter.id',
      tamper(coordinate, (_, bare) => bare),
    )
    expect(found.map(({ operation }) => operation)).toContainEqual(expect.stringContaining(fieldName))
    expect(
      await problemsOf(
        'Letter',
        tamper(coordinate, (_, bare) => bare),
      ),
    ).not.toEqual([])
  })

  it('sees that the items of a list after the first are let through', async () => {
    const fault = tamper('Query.matrix', (guarded, bare) => async (...call) => {
      const [[first] = []] = lists(await guarded(...call))
      return lists(await bare(...call)).map(([item, ...rest], index) => [index === 0 ? first : item, ...rest])
    })
    expect(await problemsOf('Parcel.id', fault)).toContainEqual({
      problem: expect.stringMatching(/^matrix\.\d\.\d is there, and should be withheld/),
      operation: expect.any(String),
    })
  })

  it.each([
    ['an alias', 'alias: body', (info: GraphQLResolveInfo) => info.path.key === 'alias'],
    ['a named fragment', 'fragment ', (info: GraphQLResolveInfo) => Object.keys(info.fragments).length > 0],
    [
      'an interface',
      'on Owned { ... on Letter',
      (info: GraphQLResolveInfo) => /on Owned \{ \.\.\. on Letter/.test(sourceOf(info)),
    ],
    ['a mutation', 'mutation ', (info: GraphQLResolveInfo) => info.operation.operation === 'mutation'],
    ['a subscription', 'subscription ', (info: GraphQLResolveInfo) => info.operation.operation === 'subscription'],
    ['a deep path', 'about', (info: GraphQLResolveInfo) => /about .*body/.test(sourceOf(info))],
  ])('sees a leak through %s alone', async (_, text, leaks) => {
    const fault = tamper(
      'Letter.body',
      (guarded, bare) => (object, args, context, info) => (leaks(info) ? bare : guarded)(object, args, context, info),
    )
    const found = await problemsOf('Letter.body', fault)
    expect(found).not.toEqual([])
    for (const { operation } of found) expect(operation).toContain(text)
  })

  it('sees that a mutation runs before it is denied', async () => {
    const fault = tamper('Mutation.send', (guarded, bare) => async (...call) => {
      await bare(...call)
      return guarded(...call)
    })
    const found = await problemsOf('Mutation.send', fault)
    expect(found.map(({ problem }) => problem)).toContain('send was run, and its rules deny it')
  })

  it('sees that a subscription starts its source before it is denied', async () => {
    const fault: Authorize = (schema, host) => {
      const { subscribe: bare } = fieldOf(schema, 'Subscription.sent').field
      const authorized = authorizeSchema(schema, host)
      fieldOf(authorized, 'Subscription.sent').field.subscribe = bare
      return authorized
    }
    const found = await problemsOf('Subscription.sent', fault)
    expect(found.map(({ problem }) => problem)).toContain('sent was run, and its rules deny it')
  })

  it('sees a denial without its code', async () => {
    const fault = tamper('Letter.notes', (guarded) => async (...call) => {
      const value = await guarded(...call)
      return value instanceof Error ? new Error('no') : value
    })
    const found = await problemsOf('Letter.notes', fault)
    expect(found.map(({ problem }) => problem)).toContainEqual(expect.stringMatching(/\.notes says no, not FORBIDDEN$/))
  })

  it('sees a denial that is told nowhere', async () => {
    const fault = tamper('Letter.notes', (guarded) => async (...call) => {
      const value = await guarded(...call)
      return value instanceof Error ? null : value
    })
    const found = await problemsOf('Letter.notes', fault)
    expect(found.map(({ problem }) => problem)).toContainEqual(
      expect.stringMatching(/\.notes has no error, and should say FORBIDDEN$/),
    )
  })

  it('sees that what should be allowed is withheld', async () => {
    const found = await problemsOf(
      'Letter.notes',
      tamper('Letter.notes', () => () => null),
    )
    expect(found.map(({ problem }) => problem)).toContainEqual(
      expect.stringMatching(/\.notes is null, and nothing denies it$/),
    )
  })

  it.each([
    ['a role loosened', '@hasRole(role: EDITOR) @auth(inter', '@hasRole(role: MEMBER) @auth(inter', 'Mutation.stamp'],
    ['a role tightened', '@hasRole(role: EDITOR) @auth(inter', '@hasRole(role: ADMIN) @auth(inter', 'Mutation.stamp'],
    ['an age loosened by a second', 'maxAge: 60', 'maxAge: 61', 'Parcel'],
    ['an API token let in', '@auth(interactive: true)', '@auth', 'Mutation.stamp'],
    ['a permission swapped for another', 'permission: [READ_ALL]', 'permission: [WRITE_ALL]', 'Letter.body'],
    [
      'a second directive dropped',
      '@hasPermission(permission: [READ_ALL]) @hasRole(role: EDITOR)',
      '@hasPermission(permission: [READ_ALL])',
      'Letter.body',
    ],
    [
      'a repeated directive dropped',
      '@hasRole(role: EDITOR) @hasRole(role: ADMIN)',
      '@hasRole(role: EDITOR)',
      'Stamp.secret',
    ],
    [
      'an interface’s rule forgotten',
      'implements Node @hasPermission(permission: [READ_ALL]) {',
      'implements Node {',
      'Letter',
    ],
    [
      'an interface’s field forgotten',
      'notes: String @allow(any: [{ owner: "ownerId" }, { role: ADMIN }]) }',
      'notes: String }',
      'Letter.notes',
    ],
    [
      'an owner read from elsewhere',
      '@allow(any: [{ owner: "ownerId" }, { access: READ }])',
      '@allow(any: [{ owner: "id" }, { access: READ }])',
      'Letter',
    ],
    ['a level lowered', '@hasAccess(level: WRITE', '@hasAccess(level: READ', 'Mutation.send'],
    ['a resource mistaken', 'resource: "Letter")', 'resource: "Parcel")', 'Mutation.send'],
    [
      'a policy mistaken',
      '@allow(any: [{ policy: "weighs" }]) }\n  type Stamp',
      '@allow(any: [{ policy: "sends" }]) }\n  type Stamp',
      'Parcel.weight',
    ],
    [
      'an argument’s rule ignored',
      'hidden: Boolean @hasRole(role: ADMIN)',
      'hidden: Boolean',
      'Letter.replies(hidden:)',
    ],
    ['a required argument’s rule ignored', 'ids: [ID!]! @hasRole(role: EDITOR)', 'ids: [ID!]!', 'Query.stamps(ids:)'],
    [
      'an input field’s rule ignored',
      '@allow(any: [{ owner: "args.filter.ownerId" }, { role: ADMIN }])',
      '',
      'Filter.ownerId',
    ],
    ['a @reads ignored', '@reads(field: "Letter.body")', '', 'Filter.body'],
    ['a field of a @oneOf input ignored', 'secret: String @hasRole(role: ADMIN)', 'secret: String', 'Draft.secret'],
    [
      'a union’s member let go',
      'implements Owned & Node @auth(maxAge: 60) @hasRole(role: MEMBER)',
      'implements Owned & Node',
      'Parcel',
    ],
  ])('sees %s', async (_, before, after, coordinate) => {
    await expectSound(coordinate)
    expect(await problemsOf(coordinate, enforce(before, after))).not.toEqual([])
  })
})
