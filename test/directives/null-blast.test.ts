import { describe, expect, it } from 'vitest'
import type { PolicyFault } from '../../src/directives/index.ts'
import { authorize } from './harness.ts'

function warningsOf(sdl: string): string[] {
  const found: PolicyFault[] = []
  authorize(sdl, {}, { onWarning: (faults) => found.push(...faults) })
  return found.map(({ coordinate, message, location }) => `${location} ${coordinate}: ${message}`)
}

describe('options.onWarning', () => {
  it('is told of a guarded non-null field, and what its denial makes null', () => {
    expect(
      warningsOf(`type User { id: ID
        email: String! @hasRole(role: ADMIN) }
      type Query { me: User @auth users: [User!] @auth rows: [[User]] @auth }`),
    ).toEqual(['test.graphql:2 User.email: a denial here makes null Query.me, the whole list Query.users, Query.rows'])
  })

  it('follows non-null positions outwards, to the whole response', () => {
    expect(
      warningsOf(`type A { b: B! } type B { c: [C!]! } type C { secret: Int! @auth }
      type Query { a: A! @public maybe: A @public }`),
    ).toEqual([expect.stringMatching(/C.secret: .* makes null the whole response, Query.maybe$/)])
  })

  it('is told of a non-null position of an object whose type has a rule', () => {
    expect(
      warningsOf(`type Secret @auth { id: ID } type Holder { secret: Secret! }
      interface Any { id: ID } type Other implements Any @auth { id: ID }
      type Query { secrets: [Secret!] @public holder: Holder @public any: [Any!]! @public fine: [Secret]! @public }`),
    ).toEqual([
      expect.stringMatching(/Holder.secret: .* makes null Query.holder$/),
      expect.stringMatching(/Query.secrets: .* makes null the whole list Query.secrets$/),
      expect.stringMatching(/Query.any: .* makes null the whole response$/),
    ])
  })

  it('is told nothing where a denial makes null its own position alone', () => {
    expect(
      warningsOf('type User @auth { id: ID! email: String @auth } type Query { me: User @auth all: [User] @auth }'),
    ).toEqual([])
  })

  it('names three places, and how many more there are', () => {
    const fields = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}: User @auth`)
    expect(warningsOf(`type User { id: ID! @auth } type Query { ${fields.join(' ')} }`)).toEqual([
      expect.stringMatching(/makes null Query.a, Query.b, Query.c and 2 more$/),
    ])
  })
})
