import { buildSchema, type GraphQLSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { findOperation, type Operation } from '../../src/directives/operation.ts'
import { createCompiledOperations } from '../../src/graphql/compiled-operations.ts'

const sdl = 'type Query { me: User } type User { a: Int b: Int c: Int d: Int me: User }'
const schema = buildSchema(sdl)

function operationOf(text: string): Operation {
  const operation = findOperation(schema, { document: parse(text) })
  if (!operation) throw new TypeError('expected an operation')
  return operation
}

/** Runs operations in turn, and tells of how many of the last ones what was compiled is still there. */
function keep(
  operations: readonly Operation[],
  variables: readonly Record<string, boolean>[],
  executed: GraphQLSchema,
) {
  const compiled = createCompiledOperations(schema)
  const me: Record<string, unknown> = { a: 1, b: 2, c: 3, d: 4 }
  me.me = me
  const made = operations.map((operation) => {
    const one = compiled.of({ schema: executed, operation })
    for (const each of variables)
      expect(
        one.run({ context: {}, rootValue: { me }, operation: operation.node, variables: each }),
      ).not.toHaveProperty('errors')
    return one
  })
  // From the last one on: who asks for one that is gone has it compiled anew, in the place of another.
  const gone = operations.findLastIndex(
    (operation, index) => compiled.of({ schema: executed, operation }) !== made[index],
  )
  return operations.length - 1 - gone
}

/** Ten times the same fragment, whose fields are compiled for each of the places: 244 with what is around them. */
const wide = (index: number, conditions = '') =>
  `query a${index}${conditions && '($a: Boolean!, $b: Boolean!)'} { ${Array.from({ length: 10 }, (_, place) => `p${place}: me { ...F }`).join(' ')} ${conditions} }
  fragment F on User { a b c d me { a b c d me { a b c d me { a b c d } } } }`

describe('createCompiledOperations()', () => {
  it('keeps a thousand small ones, of each schema, the latest', () => {
    const operations = Array.from({ length: 1010 }, (_, index) => operationOf(`query a${index} { me { a } }`))
    expect(keep(operations, [{}], schema)).toBe(1000)
    const compiled = createCompiledOperations(schema)
    const [operation] = operations
    if (!operation) throw new TypeError('expected one')
    expect(compiled.of({ schema, operation })).toBe(compiled.of({ schema, operation }))
    expect(compiled.of({ schema: buildSchema(sdl), operation })).not.toBe(compiled.of({ schema, operation }))
  })

  it('counts the fields of a fragment once for each place where it is spread', () => {
    const operations = Array.from({ length: 1000 }, (_, index) => operationOf(wide(index)))
    const kept = keep(operations, [{}], schema)
    // A document of some 250 characters, and 200 fields as dear as 2,000.
    expect(kept).toBeGreaterThan(350)
    expect(kept).toBeLessThan(550)
  })

  it('counts them once for each set of conditions', () => {
    const conditions = 'x: __typename @include(if: $a) y: __typename @include(if: $b)'
    const operations = Array.from({ length: 400 }, (_, index) => operationOf(wide(index, conditions)))
    const sets = [true, false].flatMap((a) => [true, false].map((b) => ({ a, b })))
    const kept = keep(operations, sets, schema)
    expect(kept).toBeGreaterThan(85)
    expect(kept).toBeLessThan(135)
    expect(keep(operations, sets.slice(0, 1), schema)).toBeGreaterThan(350)
  })

  it('runs one that is too large to be kept', () => {
    const places = Array.from({ length: 45_000 }, (_, place) => `p${place}: me { a }`).join(' ')
    expect(keep([operationOf(`{ ${places} }`)], [{}], schema)).toBe(0)
  })
})
