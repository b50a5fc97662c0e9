import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { directiveTypeDefs } from '../../src/directives/index.ts'

describe('directiveTypeDefs', () => {
  it('is what schema/directives.graphql holds', () => {
    expect(readFileSync(new URL('../../schema/directives.graphql', import.meta.url), 'utf8')).toBe(directiveTypeDefs)
  })
})
