import { lockEntries, parseAccessLock } from '../../../src/directives/access-lock.ts'
import type { AccessRow } from '../../../src/directives/access-row.ts'
import type { AccessEntry } from '../../../src/directives/compare-matrices.ts'

/**
 * Reads the rules of another version of the schema: its `access.lock`, or what `npm run access -- --json` printed.
 *
 * @throws SyntaxError for a text that is neither
 */
export function readVersion(text: string): AccessEntry[] {
  const entries = text.trimStart().startsWith('[') ? lockEntries(parseRows(text)) : parseAccessLock(text)
  if (entries.length === 0) throw new SyntaxError('it holds no rules')
  return entries
}

function parseRows(text: string): AccessRow[] {
  const rows: unknown = JSON.parse(text)
  if (!Array.isArray(rows) || !rows.every(isRow)) throw new SyntaxError('it is not what --json prints')
  return rows
}

function isRow(value: unknown): value is AccessRow {
  if (typeof value !== 'object' || value === null) return false
  const { coordinate, cells, rules } = value as Record<string, unknown>
  const isObject = typeof cells === 'object' && cells !== null
  const hasTexts = Array.isArray(rules) && rules.every((rule) => typeof rule?.text === 'string')
  return typeof coordinate === 'string' && isObject && hasTexts
}
