import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { renderPage } from '../../src/cli/access/render-page.ts'
import { type AccessRow, accessRows, compareMatrices, lockEntries } from '../../src/directives/index.ts'
import { buildTestSchema } from '../directives/harness.ts'

const sdl = (rule: string) => `
  type Doc ${rule} { text: String }
  type Query { doc: Doc @auth open: String @public }
`
const rowsOf = (rule: string) => accessRows(buildTestSchema(sdl(rule)))
const alone = { first: ['Query'], comparison: null }
const button = (page: string, label: string) =>
  page.match(/<button[^>]*>.*?<\/button>/g)?.find((text) => text.includes(label))

describe('renderPage()', () => {
  const page = renderPage(rowsOf('@hasRole(role: EDITOR)'), alone)

  it('tells each decision by symbol, word and colour', () => {
    for (const [label, symbol] of [
      ['Doc.text, MEMBER: deny', '✗'],
      ['Doc.text, EDITOR: allow', '✓'],
    ] as const) {
      const decision = label.split(': ')[1]
      expect(button(page, label)).toContain(`class="${decision}"`)
      expect(button(page, label)).toContain(`>${symbol} <span class="word">${decision}</span>`)
    }
  })

  it('loads nothing, and runs its own script alone', () => {
    expect(page).not.toMatch(/\b(src|href)=|url\(|@import|\son\w+=|\bfetch\(|https?:/)
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? []
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? []
    const [, script = ''] = /<script type="module">(.*?)<\/script>/s.exec(page) ?? []
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`,
    )
  })

  it('has what each cell counts: the rules of the type too, with their places', () => {
    const [, data = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? []
    const { rows } = JSON.parse(data)
    expect(rows.find(({ coordinate }: AccessRow) => coordinate === 'Doc.text').rules).toMatchObject([
      { text: '@hasRole(role: [EDITOR])', coordinate: 'Doc', location: expect.stringMatching(/:\d+$/) },
    ])
  })

  it('makes no markup of what a schema says', () => {
    const text = `@allow(any: [{ owner: "</script><img src=x onerror=alert(1)>&'" }])`
    const row: AccessRow = {
      coordinate: 'Query.<b>x</b>',
      kind: 'field',
      cells: { anonymous: 'deny' },
      owner: null,
      rules: [{ text, coordinate: 'Query', location: null, cells: {} }],
    }
    const change = {
      kind: 'changed',
      coordinate: row.coordinate,
      cells: [],
      rules: { before: '', after: text },
    } as const
    const hostile = renderPage([row], { first: [], comparison: { with: '<i>.lock', changes: [change] } })
    expect(hostile).not.toMatch(/<b>|<img|<i>/)
    expect(hostile.match(/<\/script>/g)).toHaveLength(2)
    const [, data = ''] = /id="data">(.*?)<\/script>/s.exec(hostile) ?? []
    expect(JSON.parse(data).rows[0].rules[0].text).toBe(text)
  })

  it('tells what was weakened, strengthened, opened and is gone, in its colour', () => {
    const [strict, lax] = [rowsOf('@hasRole(role: ADMIN)'), rowsOf('@hasRole(role: EDITOR)')]
    const compare = (before: AccessRow[], after: AccessRow[]) =>
      renderPage(after, {
        ...alone,
        comparison: { with: 'old.lock', changes: compareMatrices(lockEntries(before), lockEntries(after)) },
      })
    const weaker = compare(strict, lax)
    expect(weaker).toContain('<span class="badge deny">▲ weakened</span> <code>Doc.text</code> EDITOR deny → allow')
    expect(button(weaker, 'Doc.text, EDITOR: allow, was deny')).toContain('was ✗')
    const stronger = compare(lax, strict)
    expect(stronger).toContain('<span class="badge allow">▼ strengthened</span> <code>Doc.text</code>')
    const without = lax.filter(({ coordinate }) => coordinate !== 'Query.open')
    expect(compare(without, lax)).toContain('<span class="badge deny">▲ newly open</span> <code>Query.open</code>')
    expect(compare(lax, without)).toContain('<span class="badge conditional">− gone</span> <code>Query.open</code>')
    expect(compare(lax, lax)).toContain('Nothing has changed since <code>old.lock</code>')
  })
})
