import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readTableRows } from '../support/markdown.ts'
import { readTestNames, readTestReferences } from '../support/test-names.ts'

const root = (path: string) => new URL(`../../${path}`, import.meta.url)
const page = readFileSync(root('docs/conformance.md'), 'utf8')
const statements = readTableRows(page)

describe('docs/conformance.md', () => {
  it('has statements, each once', () => {
    expect(statements.length).toBeGreaterThan(60)
    expect(new Set(statements.map(([statement]) => statement)).size).toBe(statements.length)
  })

  it.each(statements.map(([statement = '', heldBy = '']) => [statement, heldBy] as const))(
    'names tests that there are: %s',
    (_, heldBy) => {
      for (const { text, file, name } of readTestReferences(heldBy)) {
        expect(file, `${text} should read: file › about › name`).not.toBeNull()
        expect([...readTestNames(file ?? '')], `test/${file}`).toContain(name)
      }
    },
  )
})
