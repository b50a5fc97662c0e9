import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { maxTokens, operationLimits } from '../../src/graphql/limits.ts'
import { readSection, readTableRows } from '../support/markdown.ts'

const section = readSection(
  readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8'),
  'What an operation may ask for',
)

it('“What an operation may ask for” in docs/clients.md has every limit', () => {
  const told = operationLimits.map(({ name, most }) => [name, most.toLocaleString('en')])
  expect(readTableRows(section)).toEqual(told)
  expect(section).toContain(`A document has at most ${maxTokens.toLocaleString('en')} tokens`)
})
