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

const clients = [
  ['Fetch', 'fetch'],
  ['Apollo Client', 'apollo-client'],
  ['urql', 'urql'],
]
const live = [
  ['Live updates with Apollo Client', 'apollo-client-live'],
  ['Live updates with urql', 'urql-live'],
]

describe.each([...clients, ...live])('“%s” in docs/clients.md', (heading = '', name = '') => {
  const [recipe, use] = readCodeBlocks(readSection(page, heading))

  it('is what the tests run', () => {
    const file = `examples/clients/${name}.ts`
    expect(recipe).toEqual({ language: 'ts', file, text: read(file) })
    const test = read(`test/clients/${name}.test.ts`)
    expect(test).toContain(`from '../../${file}'`)
    expect(use?.text).toBe(readRegion(test))
    expect(use?.text.length).toBeGreaterThan(200)
  })
})

describe.each(clients)('“%s” in docs/clients.md', (heading = '') => {
  it('takes for an error what the page says', () => {
    const [recipe] = readCodeBlocks(readSection(page, heading))
    const handled = readTableRows(page.slice(0, page.indexOf('## Live updates'))).map(([code = '']) =>
      code.replaceAll('`', ''),
    )
    expect(handled).toHaveLength(4)
    for (const code of handled) {
      if (code === 'RATE_LIMITED') expect(recipe?.text).toContain('retryAfter')
      else expect(recipe?.text).toContain(`'${code}'`)
    }
  })
})

describe('“Live updates” in docs/clients.md', () => {
  it('begins with what the tests run', () => {
    const [shared] = readCodeBlocks(readSection(page, 'Live updates'))
    const file = 'examples/clients/live-updates.ts'
    expect(shared).toEqual({ language: 'ts', file, text: read(file) })
    expect(read('test/clients/describe-live.ts')).toContain(`from '../../${file}'`)
  })
})
