import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCodeBlocks, readSection, readTableRows } from '../support/markdown.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const page = read('docs/clients.md')

/** What stands between the marks in a test, as if it began the line. */
function readRegion(code: string): string {
  const [, indent = '', text = ''] = /^( *)\/\/ #region in use\n(.*?)^ *\/\/ #endregion$/ms.exec(code) ?? []
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
}

describe.each([
  ['Fetch', 'fetch'],
  ['Apollo Client', 'apollo-client'],
  ['urql', 'urql'],
])('“%s” in docs/clients.md', (heading, name) => {
  const [recipe, use] = readCodeBlocks(readSection(page, heading))

  it('is what the tests run', () => {
    const file = `examples/clients/${name}.ts`
    expect(recipe).toEqual({ language: 'ts', file, text: read(file) })
    const test = read(`test/clients/${name}.test.ts`)
    expect(test).toContain(`from '../../${file}'`)
    expect(use?.text).toBe(readRegion(test))
    expect(use?.text.length).toBeGreaterThan(200)
  })

  it('takes for an error what the page says', () => {
    const handled = readTableRows(page).map(([code = '']) => code.replaceAll('`', ''))
    expect(handled).toHaveLength(4)
    for (const code of handled) {
      if (code === 'RATE_LIMITED') expect(recipe?.text).toContain('retryAfter')
      else expect(recipe?.text).toContain(`'${code}'`)
    }
  })
})
