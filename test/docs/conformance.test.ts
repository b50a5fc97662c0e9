import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readTableRows } from '../support/markdown.ts'

const root = (path: string) => new URL(`../../${path}`, import.meta.url)
const page = readFileSync(root('docs/conformance.md'), 'utf8')
const statements = readTableRows(page)

/** Where a test says what it is about and what it is called: at the start of a call, or after the cases of one. */
const titles = /^ *(describe\(|it\(|it\.each.*\)\(|\](?: as const)?\)\()\s*(['"])((?:\\.|(?!\2).)*)\2/gm

/** Gives the full names of the tests in a file, as the page names them. */
function namesIn(file: string): Set<string> {
  const names = new Set<string>()
  const path = root(`test/${file}.test.ts`)
  if (!existsSync(path)) return names
  let about = ''
  for (const [, call, , title] of readFileSync(path, 'utf8').matchAll(titles)) {
    if (call === 'describe(') about = title ?? ''
    else names.add(`${about} › ${title}`)
  }
  return names
}

describe('docs/conformance.md', () => {
  it('has statements, each once', () => {
    expect(statements.length).toBeGreaterThan(60)
    expect(new Set(statements.map(([statement]) => statement)).size).toBe(statements.length)
  })

  it.each(statements.map(([statement = '', heldBy = '']) => [statement, heldBy] as const))(
    'names tests that there are: %s',
    (_, heldBy) => {
      const named = heldBy.split('<br>').map((each) => /^`([\w/-]+)` › (.+)$/.exec(each) ?? [each])
      expect(named.length).toBeGreaterThan(0)
      for (const [text, file, name] of named) {
        expect(file, `${text} should read: file › about › name`).toBeDefined()
        expect([...namesIn(file ?? '')], `test/${file}.test.ts`).toContain(name)
      }
    },
  )
})
