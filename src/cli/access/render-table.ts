import { styleText } from 'node:util'
import type { AccessDecision, AccessRow } from '../../directives/index.ts'

const faces: Record<AccessDecision, { text: string; colour: 'green' | 'red' | 'yellow' }> = {
  allow: { text: '✓ allow', colour: 'green' },
  deny: { text: '✗ deny', colour: 'red' },
  conditional: { text: '? conditional', colour: 'yellow' },
}

const legend = `? conditional: it hangs on the object, the arguments, or how long ago the viewer signed in.
owner: what owning the object makes of it for the least role that it is conditional for.
`

export interface TableOptions {
  /** The types to tell first. */
  first: readonly string[]
  /** Characters in a line, at most; too many columns for that make several tables. */
  width: number
  colours: boolean
}

/** Renders rows of the access matrix as a table of text, one part for each type. */
export function renderTable(rows: readonly AccessRow[], { first, width, colours }: TableOptions): string {
  const groups = Map.groupBy(rows, ({ coordinate }) => coordinate.slice(0, coordinate.indexOf('.')))
  const names = [
    ...first.filter((name) => groups.has(name)),
    ...[...groups.keys()].filter((name) => !first.includes(name)),
  ]
  const members = rows.map(({ coordinate }) => `.${coordinate.slice(coordinate.indexOf('.'))}`)
  const label = Math.max(...[...names, ...members].map(({ length }) => length)) + 2
  const columns = [...Object.keys(rows[0]?.cells ?? {}), 'owner'].map((name) => ({
    name,
    width: Math.max(name.length, faces.conditional.text.length) + 2,
  }))
  const render = (shown: typeof columns) =>
    names.map((type) => {
      const heading = [type.padEnd(label), ...shown.map(({ name, width }) => name.padEnd(width))].join('').trimEnd()
      const lines = (groups.get(type) ?? []).map((row) => {
        const cells = shown.map(({ name, width }) =>
          cell(name === 'owner' ? row.owner : row.cells[name], width, colours),
        )
        return `  ${row.coordinate.slice(type.length + 1).padEnd(label - 2)}${cells.join('').trimEnd()}`
      })
      return [colours ? styleText('bold', heading, { validateStream: false }) : heading, ...lines].join('\n')
    })
  return [...inTables(columns, width - label).flatMap(render), legend].join('\n\n')
}

function cell(decision: AccessDecision | null | undefined, width: number, colours: boolean): string {
  if (!decision) return '–'.padEnd(width)
  const { text, colour } = faces[decision]
  return colours ? styleText(colour, text.padEnd(width), { validateStream: false }) : text.padEnd(width)
}

/** As many columns in each table as fit; one at least. */
function inTables<Column extends { width: number }>(columns: readonly Column[], width: number): Column[][] {
  const tables: Column[][] = [[]]
  let left = width
  for (const column of columns) {
    if (column.width > left && tables.at(-1)?.length) {
      tables.push([])
      left = width
    }
    tables.at(-1)?.push(column)
    left -= column.width
  }
  return tables
}
