import { mapSchema } from '@graphql-tools/utils'
import { extendSchema, GraphQLObjectType, GraphQLString, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { assertSealed } from '../../src/directives/index.ts'
import { authorize, buildTestSchema } from './harness.ts'

const sdl =
  'type Doc @hasRole(role: ADMIN) { id: ID title: String } type Query { doc: Doc @auth open: String @public } type Subscription { doc: Doc @auth }'

describe('assertSealed()', () => {
  it('accepts a schema as authorizeSchema gave it', () => {
    expect(() => assertSealed(authorize(sdl))).not.toThrow()
  })

  it.each(['Query.doc', 'Query.open', 'Doc.title'])(
    'refuses one in which the resolver of %s was replaced',
    (coordinate) => {
      const schema = authorize(sdl)
      const [typeName = '', fieldName = ''] = coordinate.split('.')
      const field = (schema.getType(typeName) as GraphQLObjectType).getFields()[fieldName]
      if (field) field.resolve = () => 'mine'
      expect(() => assertSealed(schema)).toThrow(
        new RegExp(`test\\.graphql:1: ${coordinate}: has had its resolver replaced`),
      )
    },
  )

  it('refuses one in which a subscribe function was replaced', () => {
    const schema = authorize(sdl)
    const field = schema.getSubscriptionType()?.getFields().doc
    if (field) field.subscribe = async function* () {}
    expect(() => assertSealed(schema)).toThrow(/Subscription\.doc: has had its subscribe function replaced/)
  })

  it('refuses one to which a field was added', () => {
    const schema = authorize(sdl)
    const fields = schema.getQueryType()?.getFields()
    const added = new GraphQLObjectType({ name: 'X', fields: { extra: { type: GraphQLString } } }).getFields().extra
    if (fields && added) fields.extra = added
    expect(() => assertSealed(schema)).toThrow(/Query\.extra: was added after the schema was authorized/)
  })

  it('refuses one that was extended, transformed, or never authorized', () => {
    const schema = authorize(sdl)
    for (const other of [
      extendSchema(schema, parse('extend type Query { more: String }')),
      mapSchema(schema, {}),
      buildTestSchema(sdl),
    ]) {
      expect(() => assertSealed(other)).toThrow(/is not the one that authorizeSchema gave/)
    }
  })
})
