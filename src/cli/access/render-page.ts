import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type {
  AccessChange,
  AccessChangeKind,
  AccessDecision,
  AccessRow,
  AccessRuleText,
} from '../../directives/index.ts'

export interface PageOptions {
  /** The types to tell first. */
  first: readonly string[]
  /** What became of the rules since an older state, and what that is called; null where none is compared with. */
  comparison: { changes: readonly AccessChange[]; with: string } | null
}

/** What the page's script knows of a line. */
interface PageRow {
  coordinate: string
  type: string
  cells: Record<string, AccessDecision | null>
  /** The rules that count for its cells. */
  rules: readonly AccessRuleText[]
  changes: readonly string[]
}

const read = (name: string) => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8')

const symbols: Record<AccessDecision | 'none', string> = { allow: '✓', deny: '✗', conditional: '?', none: '–' }
const meanings: Record<AccessDecision | 'none', string> = {
  allow: '✓ allow: every rule holds, whatever the data',
  deny: '✗ deny: some rule never holds, whatever the data',
  conditional: '? conditional: it hangs on the object, the arguments, or how long ago the viewer proved who they are',
  none: '– nothing hangs on owning the object',
}
const faces: Record<AccessChangeKind, { symbol: string; colour: AccessDecision }> = {
  weakened: { symbol: '▲', colour: 'deny' },
  'newly open': { symbol: '▲', colour: 'deny' },
  new: { symbol: '＋', colour: 'conditional' },
  changed: { symbol: '≠', colour: 'conditional' },
  gone: { symbol: '−', colour: 'conditional' },
  strengthened: { symbol: '▼', colour: 'allow' },
}

/** Renders the access matrix as one HTML page that loads nothing, to be read without this server. */
export function renderPage(rows: readonly AccessRow[], options: PageOptions): string {
  const shown = rows.filter(({ kind }) => kind !== 'role' && kind !== 'type')
  const rulesOf = new Map(rows.map(({ coordinate, rules }) => [coordinate, rules]))
  const changes = Map.groupBy(options.comparison?.changes ?? [], ({ coordinate }) => coordinate)
  const pageRows = shown.map(({ coordinate, cells, owner, rules }): PageRow => {
    const type = coordinate.slice(0, coordinate.indexOf('.'))
    const field = coordinate.includes('(') ? coordinate.slice(0, coordinate.indexOf('(')) : coordinate
    const above = [...(field === coordinate ? [] : (rulesOf.get(field) ?? [])), ...(rulesOf.get(type) ?? [])]
    const told = (changes.get(coordinate) ?? []).map((change) => `${change.kind}: ${tellChange(change)}`)
    return { coordinate, type, cells: { ...cells, owner }, rules: [...rules, ...above], changes: told }
  })
  const groups = Map.groupBy(pageRows, ({ type }) => type)
  const types = [...new Set([...options.first.filter((name) => groups.has(name)), ...groups.keys()])]
  const sorted = types.flatMap((type) => groups.get(type) ?? [])
  const [style, script] = [read('page.css'), read('page.js')]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'">
<title>Who may do what</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Who may do what</h1>
<p class="quiet">What each viewer can expect of every field, and of the arguments and input fields with rules. A field counts the rules of its type. Choose a cell to see its rules; arrow keys lead from cell to cell.</p>
${renderComparison(options.comparison, changes)}
${renderFilters(types, Object.keys(sorted[0]?.cells ?? {}), options.comparison !== null)}
<p class="legend">${(['allow', 'deny', 'conditional'] as const).map((decision) => `<span class="${decision}">${symbols[decision]} ${decision}</span>`).join(' ')} <span class="quiet" role="status"></span></p>
${renderTable(types, sorted, changes)}
</main>
<dialog aria-labelledby="told"><h2 id="told"></h2><dl></dl><button type="button">Close</button></dialog>
<script type="application/json" id="data">${json({ rows: sorted, meanings })}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

function renderFilters(types: readonly string[], viewers: readonly string[], compared: boolean): string {
  const options = (names: readonly string[]) => names.map((name) => `<option>${escapeHtml(name)}</option>`).join('')
  const roles = options(viewers.filter((name) => name !== 'owner'))
  return `<form class="filters">
<label>Search <input type="search" name="search" autocomplete="off" placeholder="User.email"></label>
<label>Type <select name="type"><option value="">all</option>${options(types)}</select></label>
<label>Differs between <select name="one"><option value="">any role</option>${roles}</select></label>
<label>and <select name="other"><option value="">any role</option>${roles}</select></label>
${compared ? '<label class="tick"><input type="checkbox" name="changes"> Changes alone</label>' : ''}
<button type="reset">Show all</button>
</form>`
}

function renderTable(
  types: readonly string[],
  rows: readonly PageRow[],
  changes: ReadonlyMap<string, readonly AccessChange[]>,
): string {
  const viewers = Object.keys(rows[0]?.cells ?? {})
  const bodies = types.map((type) => {
    const lines = rows.flatMap((row, index) => {
      if (row.type !== type) return []
      const own = changes.get(row.coordinate) ?? []
      const badges = own.map(({ kind }) => badge(kind)).join('')
      const cells = viewers.map((viewer) => renderCell(row, viewer, own)).join('')
      const name = escapeHtml(row.coordinate.slice(type.length + 1))
      return [`<tr data-row="${index}"><th scope="row">${name}${badges}</th>${cells}</tr>`]
    })
    const heading = `<tr><th scope="rowgroup" colspan="${viewers.length + 1}">${escapeHtml(type)}</th></tr>`
    return `<tbody>${heading}\n${lines.join('\n')}</tbody>`
  })
  const head = viewers.map((viewer) => `<th scope="col">${escapeHtml(viewer)}</th>`).join('')
  return `<div class="table" role="region" aria-label="Access matrix" tabindex="0">
<table><caption>What each viewer can expect</caption>
<thead><tr><th scope="col">Field</th>${head}</tr></thead>
${bodies.join('\n')}
</table>
</div>`
}

function renderCell({ coordinate, cells }: PageRow, viewer: string, changes: readonly AccessChange[]): string {
  const decision = cells[viewer] ?? 'none'
  const old = changes.flatMap((change) => change.cells).find(({ role }) => role === viewer)?.before
  const word = decision === 'none' ? '' : ` <span class="word">${decision}</span>`
  const before = old ? ` <span class="changed">was ${symbols[old]}</span>` : ''
  const label = `${coordinate}, ${viewer}: ${decision}${old ? `, was ${old}` : ''}`
  return `<td><button type="button" tabindex="-1" class="${decision}" data-viewer="${escapeHtml(viewer)}" aria-label="${escapeHtml(label)}">${symbols[decision]}${word}${before}</button></td>`
}

function renderComparison(
  comparison: PageOptions['comparison'],
  changes: ReadonlyMap<string, readonly AccessChange[]>,
): string {
  if (!comparison) return ''
  const name = escapeHtml(comparison.with)
  if (changes.size === 0) return `<p>Nothing has changed since <code>${name}</code>.</p>`
  const items = comparison.changes.map(
    (change) =>
      `<li>${badge(change.kind)} <code>${escapeHtml(change.coordinate)}</code> ${escapeHtml(tellChange(change))}</li>`,
  )
  return `<details open class="changes"><summary>${items.length} changed since <code>${name}</code></summary>
<ul>${items.join('\n')}</ul></details>`
}

function badge(kind: AccessChangeKind): string {
  const { symbol, colour } = faces[kind]
  return `<span class="badge ${colour}">${symbol} ${kind}</span>`
}

function tellChange({ cells, rules }: AccessChange): string {
  const roles = cells.map(({ role, before, after }) =>
    before === null || after === null ? `${role} ${before ?? after}` : `${role} ${before} → ${after}`,
  )
  const text = (rule: string | null) => rule || 'no rule'
  const became =
    rules.before === rules.after || rules.before === null || rules.after === null
      ? []
      : [`${text(rules.before)} became ${text(rules.after)}`]
  return [...roles, ...became].join('; ')
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** JSON that cannot end the script that it stands in. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}
