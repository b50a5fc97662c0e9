import { mapSchema } from '@graphql-tools/utils'
import {
  extendSchema,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLUnionType,
  parse,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { assertSealed, SchemaPolicyError } from '../../src/directives/index.ts'
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

  it('refuses one in which it was replaced what something is of, or what it is taken for', () => {
    const schema = authorize(`interface Node { id: ID }
      type Doc implements Node @hasRole(role: ADMIN) { id: ID title: String }
      type Free implements Node { id: ID }
      union Either = Doc | Free
      input Filter { by: ID }
      type Query { node(id: ID): Node @public list(by: Filter): ID @public doc: Doc @public free: Free @public either: Either @public }`)
    const faultsAfter = (change: () => void, restore: () => void) => {
      expect(() => assertSealed(schema)).not.toThrow()
      change()
      expect(() => assertSealed(schema)).toThrow(SchemaPolicyError)
      try {
        assertSealed(schema)
      } catch (error) {
        return (error as SchemaPolicyError).faults.map(({ coordinate, message }) => `${coordinate} ${message}`)
      } finally {
        restore()
      }
      return []
    }
    const abstract = (name: string) => schema.getType(name) as GraphQLInterfaceType | GraphQLUnionType
    const object = (name: string) => schema.getType(name) as GraphQLObjectType
    const after = 'replaced after the schema was authorized'
    for (const name of ['Node', 'Either']) {
      const { resolveType } = abstract(name)
      const change = () => {
        abstract(name).resolveType = () => 'Free'
      }
      const restore = () => {
        abstract(name).resolveType = resolveType
      }
      expect(faultsAfter(change, restore)).toEqual([`${name} has had its type resolver ${after}`])
    }
    const { doc, node } = object('Query').getFields()
    if (!doc || !node) throw new TypeError('expected both')
    const { type } = doc
    const retype = (to: typeof type) => () => {
      doc.type = to
    }
    expect(faultsAfter(retype(object('Free')), retype(type))).toEqual([`Query.doc has had its type ${after}`])
    const { isTypeOf } = object('Free')
    const check = (to: typeof isTypeOf) => () => {
      object('Free').isTypeOf = to
    }
    expect(
      faultsAfter(
        check(() => true),
        check(isTypeOf),
      ),
    ).toEqual([`Free has had its type check ${after}`])
    const filter = schema.getType('Filter') as GraphQLInputObjectType
    const { by } = filter.getFields()
    if (!by) throw new TypeError('expected a field')
    const extend = () => {
      filter.getFields().more = { ...by, name: 'more' }
    }
    const shrink = () => {
      delete filter.getFields().more
    }
    expect(faultsAfter(extend, shrink)).toEqual(['Filter.more was added after the schema was authorized'])
    const [argument] = node.args
    const add = () => (node.args as GraphQLArgument[]).push({ ...argument, name: 'more' } as GraphQLArgument)
    const remove = () => (node.args as GraphQLArgument[]).pop()
    expect(faultsAfter(add, remove)).toEqual(['Query.node(more:) was added after the schema was authorized'])
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
