import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { AccessChange, AccessRow } from '../../directives/index.ts'

/** What became of the rules since an older state, and what that is called. */
export interface PageComparison {
  with: string
  changes: readonly AccessChange[]
}

const read = (name: string) => readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8')

const start = `
const { elements, typeRules, comparison } = JSON.parse(document.getElementById('data').textContent)
showMatrix(document.getElementById('matrix'), createMatrix(elements, { typeRules: new Map(typeRules), comparison }))
`

/**
 * Renders the access matrix as one HTML page that loads nothing, to be read without this server: the same picture as the
 * console's, made by the same script.
 *
 * @param comparison - null where no older state is compared with
 */
export function renderPage(rows: readonly AccessRow[], comparison: PageComparison | null): string {
  const elements = rows.filter(({ kind }) => kind !== 'role' && kind !== 'type')
  const typeRules = rows.flatMap(({ kind, coordinate, rules }) => (kind === 'type' ? [[coordinate, rules]] : []))
  const style = read('page.css') + read('matrix.css')
  // Both files become one script: the second needs to import nothing.
  const script = read('matrix.js') + read('matrix-view.js').replace(/^import .*\n/, '') + start
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
<p class="matrix-quiet">What each viewer can expect of every field, and of the arguments and input fields with rules. A field counts the rules of its type. Choose a cell to see its rules; arrow keys lead from cell to cell.</p>
<noscript>This page needs JavaScript, which it carries itself.</noscript>
<div id="matrix" class="matrix"></div>
</main>
<script type="application/json" id="data">${json({ elements, typeRules, comparison })}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** JSON that cannot end the script that it stands in. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}
