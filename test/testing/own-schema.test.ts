import { describe, expect, it } from 'vitest'
import { createExecutableSchema } from '../../src/graphql/schema.ts'
import { createAccessCheck, describeAccess } from '../../src/testing/index.ts'
import { runCompiled } from '../graphql/run-compiled.ts'
import { guardedInMatrix, withoutTypes } from './matrix-coordinates.ts'

describe('this project’s schema', () => {
  const schema = createExecutableSchema()
  describeAccess(schema)

  it('is checked at 100 % of its guarded coordinates', () => {
    const guarded = guardedInMatrix(schema)
    expect(guarded.length).toBeGreaterThan(50)
    expect(withoutTypes(createAccessCheck(schema).coordinates)).toEqual(guarded)
  })
})

describe('this project’s schema, executed compiled', () => {
  describeAccess(createExecutableSchema(), { executor: (args) => runCompiled(args) })
})
