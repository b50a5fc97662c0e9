import { readFileSync } from 'node:fs'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { readSchemaDocument } from '../../src/graphql/schema.ts'
import { describeElements } from './describe-elements.ts'

const contract = describeElements(parse(readFileSync(new URL('contract.graphql', import.meta.url), 'utf8')))
const built = describeElements(readSchemaDocument())

describe('the contract', () => {
  it('is held: type, arguments, defaults and directives of everything in it', () => {
    expect(contract.size).toBeGreaterThan(100)
    expect(Object.fromEntries([...contract.keys()].map((coordinate) => [coordinate, built.get(coordinate)]))).toEqual(
      Object.fromEntries(contract),
    )
  })
})
