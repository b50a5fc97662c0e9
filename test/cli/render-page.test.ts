import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { renderPage } from '../../src/cli/access/render-page.ts'
import { type AccessRow, accessRows } from '../../src/directives/index.ts'
import { buildTestSchema } from '../directives/harness.ts'

const rows = accessRows(
  buildTestSchema(`
    type Doc @hasRole(role: EDITOR) { text: String }
    type Query { doc: Doc @auth open: String @public }
  `),
)
const dataOf = (page: string) => JSON.parse(/id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '')

/** What the page does in a browser is held by test/e2e/access-page.e2e.ts. */
describe('renderPage()', () => {
  const page = renderPage(rows, null)

  it('loads nothing, and runs its own script alone', () => {
    expect(page).not.toMatch(/\b(src|href)=|url\(|@import|\son\w+=|\bfetch\(|https?:/)
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? []
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(page) ?? []
    const [, script = ''] = /<script type="module">(.*?)<\/script>/s.exec(page) ?? []
    expect(script).not.toMatch(/^import /m)
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`,
    )
  })

  it('has what each cell counts: the rules of the type too, with their places', () => {
    const { elements, typeRules } = dataOf(page)
    expect(elements.map(({ coordinate }: AccessRow) => coordinate)).toEqual(['Doc.text', 'Query.doc', 'Query.open'])
    expect(new Map(typeRules).get('Doc')).toMatchObject([
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
      rules: [{ text, coordinate: 'Query', location: null, cells: { anonymous: 'deny' } }],
    }
    const change = { kind: 'changed', coordinate: '', cells: [], rules: { before: '', after: text } } as const
    const hostile = renderPage([row], { with: '<i>.lock', changes: [change] })
    expect(hostile).not.toMatch(/<b>|<img|<i>/)
    expect(hostile.match(/<\/script>/g)).toHaveLength(2)
    expect(dataOf(hostile)).toMatchObject({ elements: [row], comparison: { with: '<i>.lock', changes: [change] } })
  })
})
