import { type AccessCells, type AccessDecision, type AccessRow, isBare } from './access-row.ts'
import type { AccessEntry } from './compare-matrices.ts'

const heading = `# What everyone can expect of this schema: one coordinate a line, then its rules. A field counts the rules of its type.
# Review changes to this file as you would review the rules. It is made by a command, never by hand.
`

const line = /^(\S+)((?: \w+=(?:allow|deny|conditional))*)(?: (@.*))?$/

/** Gives the access matrix's rows as what is compared. */
export function lockEntries(rows: readonly AccessRow[]): AccessEntry[] {
  return rows.map((row) => ({
    coordinate: row.coordinate,
    cells: row.cells,
    rules: [...new Set(row.rules.map(({ text }) => text))].join(' '),
    isBare: isBare(row),
  }))
}

/** Gives the text of the lock: one line a coordinate, in the order given, so that a diff shows each change by itself. */
export function formatAccessLock(entries: readonly AccessEntry[]): string {
  const kept = entries.filter((entry) => !entry.isBare)
  const lines = kept.map(({ coordinate, cells, rules }) => {
    const decisions = Object.entries(cells).map(([role, decision]) => `${role}=${decision}`)
    return [coordinate, ...decisions, ...(rules === '' ? [] : [rules])].join(' ')
  })
  return `${heading}${lines.map((text) => `${text}\n`).join('')}`
}

/**
 * Reads the text of a lock. Lines that start with `#` say nothing.
 *
 * @throws SyntaxError with the number of the first line that makes no sense, such as one that a merge left
 */
export function parseAccessLock(text: string): AccessEntry[] {
  const entries = new Map<string, AccessEntry>()
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    if (content === '' || content.startsWith('#')) continue
    const [, coordinate, cells = '', rules = ''] = line.exec(content) ?? []
    if (coordinate === undefined)
      throw new SyntaxError(`line ${index + 1} should be a coordinate with its decisions and rules`)
    if (entries.has(coordinate)) throw new SyntaxError(`line ${index + 1} repeats ${coordinate}`)
    entries.set(coordinate, { coordinate, cells: parseCells(cells), rules })
  }
  return [...entries.values()]
}

function parseCells(text: string): AccessCells {
  const pairs = text.matchAll(/(\w+)=(allow|deny|conditional)/g)
  return Object.fromEntries(Array.from(pairs, ([, role = '', decision]) => [role, decision as AccessDecision]))
}
