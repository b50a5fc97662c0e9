import { describe, expect, it } from 'vitest'
import {
  type AccessChange,
  accessMatrix,
  accessRows,
  compareMatrices,
  formatAccessLock,
  lockEntries,
  parseAccessLock,
  SchemaPolicyError,
} from '../../src/directives/index.ts'
import { authorize, buildTestSchema } from './harness.ts'

const sdl = `
  interface Owned @allow(any: [{ owner: "ownerId" }, { role: EDITOR }]) { ownerId: ID secret: String @hasRole(role: ADMIN) }
  type Note implements Owned { ownerId: ID secret: String text: String @allow(any: [{ owner: "ownerId", access: READ, resource: "Note", id: "ownerId" }]) }
  interface Node { id: ID }
  type Open implements Node { id: ID }
  type Shut implements Node @hasRole(role: ADMIN) { id: ID }
  input Filter { text: String secret: String @reads(field: "Note.secret") }
  type Query {
    free(filter: Filter): String @public
    notes(all: Boolean @hasPermission(permission: MANAGE_ALL), mine: Boolean): [Note] @auth
    judged: String @allow(any: [{ policy: "p" }])
    node: Node @auth
  }
  type Mutation {
    fresh: String @auth(maxAge: 60)
    freshAdmin: String @auth(maxAge: 60) @hasRole(role: ADMIN)
    remove(id: ID): String @allow(any: [{ owner: "args.id" }, { permission: MANAGE_ALL }]) @auth(maxAge: 60)
    login: Note @public @signsIn
  }
`
const build = (text = sdl) => buildTestSchema(text)
const matrix = accessMatrix(build())
const rowOf = (coordinate: string) => accessRows(build()).find((row) => row.coordinate === coordinate)
const cells = (anonymous: string, member: string, editor: string, admin: string) => ({
  anonymous,
  MEMBER: member,
  EDITOR: editor,
  ADMIN: admin,
})

describe('accessMatrix()', () => {
  it('has every field, and the arguments and input fields that bear rules; not the layer’s own input type', () => {
    expect(Object.keys(matrix)).toEqual([
      'Filter.secret',
      'Mutation.fresh',
      'Mutation.freshAdmin',
      'Mutation.login',
      'Mutation.remove',
      'Node.id',
      'Note.ownerId',
      'Note.secret',
      'Note.text',
      'Open.id',
      'Owned.ownerId',
      'Owned.secret',
      'Query.free',
      'Query.judged',
      'Query.node',
      'Query.notes',
      'Query.notes(all:)',
      'Shut.id',
    ])
  })

  it.each([
    ['Query.free', cells('allow', 'allow', 'allow', 'allow')],
    ['Query.notes', cells('deny', 'allow', 'allow', 'allow')],
    ['Query.notes(all:)', cells('deny', 'deny', 'deny', 'allow')],
    ['Query.judged', cells('conditional', 'conditional', 'conditional', 'conditional')],
    ['Filter.secret', cells('deny', 'deny', 'deny', 'allow')],
    ['Note.ownerId', cells('deny', 'conditional', 'allow', 'allow')],
    ['Note.text', cells('deny', 'conditional', 'conditional', 'conditional')],
  ])('decides %s by its own rules, its type’s and its interfaces’', (coordinate, expected) => {
    expect(matrix[coordinate]).toEqual(expected)
  })

  it('is conditional where signing in again would do, unless the viewer is denied anyway', () => {
    expect(matrix['Mutation.fresh']).toEqual(cells('deny', 'conditional', 'conditional', 'conditional'))
    expect(matrix['Mutation.freshAdmin']).toEqual(cells('deny', 'deny', 'deny', 'conditional'))
  })

  it('gives for an interface’s field what its implementers agree on, else conditional', () => {
    expect(matrix['Node.id']).toEqual(cells('conditional', 'conditional', 'conditional', 'allow'))
    expect(matrix['Owned.secret']).toEqual(cells('deny', 'deny', 'deny', 'allow'))
  })

  it('is the same for the schema that enforces the rules', () => {
    const guarded = authorize(sdl, {}, { access: () => [], policies: { p: () => [] } })
    expect(accessMatrix(guarded)).toEqual(matrix)
  })

  it('refuses a schema whose rules have faults', () => {
    expect(() => accessMatrix(build('type Query { a: String }'))).toThrow(SchemaPolicyError)
    expect(() => accessMatrix(build('type Query { a: String @hasRole(role: []) }'))).toThrow(SchemaPolicyError)
  })

  it('takes no role for another by its name', () => {
    const roles = 'enum Role { ADMIN constructor @grants(permissions: [P]) } enum Permission { P }'
    const odd = accessMatrix(
      build(`${roles} type Query { a: String @hasRole(role: ADMIN) b: String @hasPermission(permission: P) }`),
    )
    expect(odd).toEqual({
      'Query.a': { anonymous: 'deny', ADMIN: 'allow', constructor: 'deny' },
      'Query.b': { anonymous: 'deny', ADMIN: 'deny', constructor: 'allow' },
    })
  })
})

describe('accessRows()', () => {
  it('tells each rule in canonical form, with where it stands', () => {
    expect(rowOf('Note')?.rules).toEqual([
      {
        text: '@allow(any: [{ owner: "ownerId" }, { role: [EDITOR] }])',
        coordinate: 'Owned',
        location: 'test.graphql:2',
        cells: { anonymous: 'deny', MEMBER: 'conditional', EDITOR: 'allow', ADMIN: 'allow' },
      },
    ])
    expect(rowOf('Query.notes(all:)')?.rules.map(({ text }) => text)).toEqual([
      '@hasPermission(permission: [MANAGE_ALL])',
    ])
    expect(rowOf('Mutation.login')?.rules.map(({ text }) => text)).toEqual(['@public', '@signsIn'])
    expect(rowOf('Filter.secret')?.rules.map(({ text }) => text)).toEqual([
      '@allow(any: [{ auth }, { role: [EDITOR] }])',
      '@hasRole(role: [ADMIN])',
    ])
  })

  it('tells what each role holds in the end', () => {
    expect(rowOf('Role.EDITOR')?.rules.map(({ text }) => text)).toEqual([
      '@grants(permissions: [READ_ALL, WRITE_ALL], includes: [MEMBER])',
    ])
  })

  it.each([
    ['Note.ownerId', 'allow'],
    ['Note.text', 'conditional'],
    ['Mutation.remove', 'conditional'],
    ['Mutation.fresh', null],
    ['Query.judged', null],
    ['Query.free', null],
  ])('tells of %s that owning the object makes it %s', (coordinate, owner) => {
    expect(rowOf(coordinate)?.owner).toBe(owner)
  })
})

function changes(before: string, after: string): AccessChange[] {
  const [old, young] = [before, after].map((text) => lockEntries(accessRows(build(text))))
  // As it is done: one of them has been a file.
  return compareMatrices(parseAccessLock(formatAccessLock(old ?? [])), young ?? [])
}

const told = (found: AccessChange[]) => found.map(({ kind, coordinate }) => `${kind} ${coordinate}`)

describe('compareMatrices()', () => {
  const base = `
    type Doc @hasRole(role: EDITOR) { id: ID text: String @auth }
    type Query { doc(id: ID @auth): Doc @auth list(first: Int): [Doc] @hasAccess(level: MANAGE, resource: "Doc", id: "args.first") }
  `

  it('finds nothing where nothing changed, nor where a rule only reads differently', () => {
    expect(changes(base, base)).toEqual([])
    expect(changes(base, base.replace('@hasRole(role: EDITOR)', '@allow(any: [{ role: [EDITOR, EDITOR] }])'))).toEqual(
      [],
    )
  })

  it('calls it weakened where a role can expect more, with the roles, and strengthened where less', () => {
    const loose = base.replace('EDITOR', 'MEMBER')
    const [type, ...fields] = changes(base, loose)
    expect(type).toMatchObject({
      kind: 'weakened',
      coordinate: 'Doc',
      cells: [{ role: 'MEMBER', before: 'deny', after: 'allow' }],
    })
    expect(told(fields)).toEqual(['weakened Doc.id', 'weakened Doc.text'])
    expect(told(changes(loose, base))).toEqual(['strengthened Doc', 'strengthened Doc.id', 'strengthened Doc.text'])
  })

  it('tells both where one role gains and another loses', () => {
    const before = 'type Query { a: String @allow(any: [{ owner: "args.id" }, { role: ADMIN }]) b(id: ID): ID @public }'
    const text = (rule: string) =>
      before.replace('a: String @allow(any: [{ owner: "args.id" }, { role: ADMIN }])', `a(id: ID): String ${rule}`)
    const found = changes(
      text('@allow(any: [{ role: MEMBER }]) @allow(any: [{ owner: "args.id" }, { role: ADMIN }])'),
      text('@allow(any: [{ role: MEMBER }]) @allow(any: [{ owner: "args.id", role: ADMIN }, { role: EDITOR }])'),
    )
    expect(told(found)).toEqual(['weakened Query.a', 'strengthened Query.a'])
    expect(found[0]?.cells).toEqual([{ role: 'EDITOR', before: 'conditional', after: 'allow' }])
    expect(found[1]?.cells).toEqual([{ role: 'MEMBER', before: 'conditional', after: 'deny' }])
  })

  it('calls a new coordinate newly open when anonymous viewers are allowed it, else new', () => {
    const more = base.replace('type Query {', 'type Query { open: String @public shut: String @auth')
    expect(told(changes(base, more))).toEqual(['newly open Query.open', 'new Query.shut'])
    expect(told(changes(more, base))).toEqual(['gone Query.open', 'gone Query.shut'])
  })

  it.each([
    ['a lower level of access', 'MANAGE', 'READ', 'changed Query.list'],
    ['another path', '"args.first"', '"args.after"', 'changed Query.list'],
  ])('calls it changed where %s leaves every cell the same', (_, from, to, expected) => {
    const before = base.replace('first: Int', 'first: Int, after: ID')
    const [change, ...rest] = changes(before, before.replace(from, to))
    expect(told([change, ...rest].filter((found) => found !== undefined))).toEqual([expected])
    expect(change?.rules.before).not.toBe(change?.rules.after)
  })

  it('sees a role that holds more, even where every cell is the same', () => {
    const roles = (more: string) => `
      enum Role { MEMBER @grants(permissions: [A${more}]) ADMIN @grants(permissions: [B]) } enum Permission { A B }
      type Query { a(id: ID): String @allow(any: [{ owner: "args.id", permission: A }, { policy: "p", permission: B }]) }`
    expect(told(changes(roles(''), roles(', B')))).toEqual(['changed Role.MEMBER'])
  })

  it('does not compare cells of a role that came or went: it is a coordinate of its own', () => {
    const roles = (more: string) => `
      enum Role { MEMBER @grants(permissions: [A]) ${more} } enum Permission { A } type Query { a: String @hasPermission(permission: A) }`
    expect(told(changes(roles(''), roles('GUEST')))).toEqual(['new Role.GUEST'])
    expect(told(changes(roles('GUEST'), roles('')))).toEqual(['gone Role.GUEST'])
  })

  it('tells what became of a rule taken off an argument: weakened, not gone', () => {
    expect(
      told(
        changes(
          'type Query { a(id: ID @hasRole(role: ADMIN)): String @public }',
          'type Query { a(id: ID): String @public }',
        ),
      ),
    ).toEqual(['weakened Query.a(id:)'])
    expect(told(changes(base, base.replace('id: ID @auth', 'id: ID')))).toEqual(['changed Query.doc(id:)'])
    expect(told(changes(base, base.replace('id: ID @auth', 'no: Int')))).toEqual(['gone Query.doc(id:)'])
  })

  it('has no news of a new argument without a rule', () => {
    expect(changes(base, base.replace('first: Int', 'first: Int, after: ID'))).toEqual([])
  })
})

describe('formatAccessLock()', () => {
  it('gives one line a coordinate, sorted, which parseAccessLock() reads back', () => {
    const kept = lockEntries(accessRows(build())).filter(({ isBare }) => !isBare)
    const text = formatAccessLock(kept)
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(lines).toHaveLength(kept.length)
    expect(lines.toSorted()).toEqual(lines)
    expect(lines).toContain('Owned.secret anonymous=deny MEMBER=deny EDITOR=deny ADMIN=allow @hasRole(role: [ADMIN])')
    expect(parseAccessLock(text)).toEqual(kept.map(({ isBare: _, ...entry }) => entry))
  })
})

describe('parseAccessLock()', () => {
  it('refuses what a merge left, and a coordinate told twice, with the line', () => {
    expect(() => parseAccessLock('# a\nQuery.a anonymous=allow\n<<<<<<< ours\n')).toThrow(/^line 3 /)
    expect(() => parseAccessLock('Query.a anonymous=maybe\n')).toThrow(/^line 1 /)
    expect(() => parseAccessLock('Query.a anonymous=allow\r\nQuery.a anonymous=deny\r\n')).toThrow(
      'line 2 repeats Query.a',
    )
  })
})
