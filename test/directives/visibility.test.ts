import { describe, expect, it } from 'vitest'
import { grantedPermissions, grantedRoles, visibility } from '../../src/directives/index.ts'
import { admin, authorize, buildTestSchema, editor, member } from './harness.ts'

const schema = authorize(
  `interface Owned @allow(any: [{ owner: "ownerId" }, { role: EDITOR }]) { ownerId: ID }
  type Doc implements Owned @allow(any: [{ access: READ }, { owner: "ownerId", permission: READ_ALL }, { role: ADMIN }]) { id: ID ownerId: ID }
  type Judged @allow(any: [{ policy: "p" }]) { id: ID }
  type Free { id: ID }
  union Either = Doc | Judged
  input Filter { id: ID }
  type Query { a: Doc @auth b: Judged @auth c(by: Filter): Free @auth d: Either @auth }`,
  {},
  { access: () => [], policies: { p: () => [] } },
)
const owner = { kind: 'owner', at: { from: 'object', path: ['ownerId'] } }
const read = { kind: 'access', level: 'READ', resource: 'Doc', at: { from: 'object', path: ['id'] } }

describe('visibility()', () => {
  it('is everything to whom the rule holds without looking', () => {
    expect(visibility(schema, admin, 'Doc')).toEqual({ kind: 'all' })
    expect(visibility(schema, member, 'Free')).toEqual({ kind: 'all' })
  })

  it('is nothing to whom it cannot hold', () => {
    expect(visibility(schema, null, 'Doc')).toEqual({ kind: 'none' })
  })

  it('is every rule that is left, with the ways that are left in each', () => {
    expect(visibility(schema, editor, 'Doc')).toMatchObject({ kind: 'some', rules: [{ any: [[read], [owner]] }] })
    expect(visibility(schema, member, 'Doc')).toMatchObject({
      kind: 'some',
      rules: [{ any: [[read], [owner]] }, { any: [[owner]] }],
    })
    expect(visibility(schema, { ...member, permissions: [] }, 'Doc')).toMatchObject({
      rules: [{ any: [[read]] }, { any: [[owner]] }],
    })
  })

  it.each(['Owned', 'Docs', 'doc', 'Either', 'Query', 'Filter', 'ID', '', '__proto__'])(
    'refuses anything but an object type that is no root, of which it could only say that all is visible: %j',
    (name) => {
      for (const viewer of [null, member, admin])
        expect(() => visibility(schema, viewer, name)).toThrow(
          `visibility() should get the name of an object type, not ${JSON.stringify(name)}`,
        )
    },
  )

  it('refuses a rule with a policy, and a schema that was not authorized', () => {
    expect(() => visibility(schema, admin, 'Judged')).toThrow(/names a policy/)
    expect(() => visibility(buildTestSchema('type Query { a: String @auth }'), admin, 'Query')).toThrow(
      /not one that authorizeSchema gave/,
    )
  })
})

describe('grantedRoles()', () => {
  it('gives what the roles include, and nothing unknown', () => {
    expect(grantedRoles(schema, ['EDITOR', 'EDITOR', 'admin', '__proto__']).sort()).toEqual(['EDITOR', 'MEMBER'])
    expect(grantedRoles(schema, [])).toEqual([])
  })
})

describe('grantedPermissions()', () => {
  it('gives what the roles grant, narrowed by scopes', () => {
    expect(grantedPermissions(schema, editor).sort()).toEqual(['READ_ALL', 'WRITE_ALL'])
    expect(grantedPermissions(schema, { ...editor, permissions: ['WRITE_ALL', 'MANAGE_ALL'] })).toEqual(['WRITE_ALL'])
    expect(grantedPermissions(schema, null)).toEqual([])
  })
})
