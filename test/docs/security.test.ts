import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSection, readTableRows } from '../support/markdown.ts'
import { readTestNames, readTestReferences } from '../support/test-names.ts'

const root = (path: string) => new URL(`../../${path}`, import.meta.url)
const page = readFileSync(root('docs/security.md'), 'utf8')
const promises = readTableRows(readSection(page, 'Promises'))
const requirements = readTableRows(readSection(page, 'ASVS 5.0'))

/** How many requirements each section of the chapters V6 to V9 of ASVS 5.0.0 has. */
const sections = {
  ...{ '6.1': 3, '6.2': 12, '6.3': 8, '6.4': 6, '6.5': 8, '6.6': 4, '6.7': 2, '6.8': 4 },
  ...{ '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 3, '7.6': 2 },
  ...{ '8.1': 4, '8.2': 4, '8.3': 3, '8.4': 2 },
  ...{ '9.1': 3, '9.2': 4 },
}

/** Holds that every line of a cell that names a test names one that there is; gives how many do. */
function expectTests(cell: string): number {
  const references = readTestReferences(cell).filter(({ file }) => file !== null)
  for (const { file, name } of references) expect([...readTestNames(file ?? '')], `test/${file}`).toContain(name)
  return references.length
}

describe('the promises of docs/security.md', () => {
  it('are there, each once', () => {
    expect(promises.length).toBeGreaterThan(20)
    expect(new Set(promises.map(([promise]) => promise)).size).toBe(promises.length)
  })

  it.each(promises.map(([promise = '', heldBy = '']) => [promise, heldBy]))(
    'are held by tests that there are: %s',
    (_, heldBy) => {
      expect(expectTests(heldBy ?? '')).toBe(heldBy?.split('<br>').length)
    },
  )
})

describe('the requirements of ASVS 5.0 in docs/security.md', () => {
  it('are those of chapters 6 to 9, each once and in order', () => {
    const numbers = Object.entries(sections).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    )
    expect(requirements.map(([requirement]) => requirement?.split(' ')[0])).toEqual(numbers)
  })

  it.each(requirements.map(([requirement = '', verdict = '', how = '']) => ({ requirement, verdict, how })))(
    'have a verdict with its reason, and tests that there are: $requirement',
    ({ verdict, how }) => {
      expect(['met', 'not met', 'not applicable']).toContain(verdict)
      expect(how).toMatch(/\w+/)
      expectTests(how)
    },
  )
})

describe('the links of docs/security.md', () => {
  it('lead to sections and files that are there', () => {
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(
      ([, text = '']) => `#${text.toLowerCase().replaceAll(/[,.]/g, '').replaceAll(' ', '-')}`,
    )
    for (const [, target = ''] of page.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('#')) expect(headings).toContain(target)
      else if (!target.startsWith('http'))
        expect(existsSync(new URL(target.split('#', 1)[0] ?? '', root('docs/'))), target).toBe(true)
    }
  })
})
