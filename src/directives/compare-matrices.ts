import type { AccessCells, AccessDecision } from './access-row.ts'

/** A coordinate as the lock keeps it: what there is to compare. */
export interface AccessEntry {
  coordinate: string
  cells: AccessCells
  /** Its rules in canonical text; empty where none stand on it. */
  rules: string
  /** True where that makes it not worth keeping: it is here to tell what became of rules that it had. */
  isBare?: boolean
}

/**
 * What became of a coordinate. `weakened`: some role can expect more of it than before; `strengthened`: less.
 * `newly open`: it is new, and allowed to everybody, anonymous viewers included; `new`: it is new otherwise.
 * `changed`: every role can expect the same of it, by other rules. `gone`: it is no more.
 */
export type AccessChangeKind = 'weakened' | 'newly open' | 'changed' | 'new' | 'strengthened' | 'gone'

/** One kind of change at one coordinate. */
export interface AccessChange {
  kind: AccessChangeKind
  coordinate: string
  /** The cells that changed so; null where there was or is none. */
  cells: readonly { role: string; before: AccessDecision | null; after: AccessDecision | null }[]
  /** The rules before and after; null where there was or is no such coordinate. */
  rules: { before: string | null; after: string | null }
}

const strength: Record<AccessDecision, number> = { allow: 0, conditional: 1, deny: 2 }

/**
 * Gives every change from one state of a schema's rules to another, by coordinate in the order given, those gone last.
 * Compares the cells of roles that both have: a role that came or went is a coordinate of its own.
 */
export function compareMatrices(before: readonly AccessEntry[], after: readonly AccessEntry[]): AccessChange[] {
  const known = new Map(before.map((entry) => [entry.coordinate, entry]))
  const left = new Set(after.map(({ coordinate }) => coordinate))
  return [
    ...after.flatMap((entry) => {
      const old = known.get(entry.coordinate)
      if (old) return compareEntries(old, entry)
      return entry.isBare ? [] : [appeared(entry)]
    }),
    ...before.filter(({ coordinate, isBare }) => !isBare && !left.has(coordinate)).map(disappeared),
  ]
}

function compareEntries(before: AccessEntry, after: AccessEntry): AccessChange[] {
  const { coordinate } = after
  const rules = { before: before.rules, after: after.rules }
  const cells = Object.entries(after.cells).flatMap(([role, decision]) => {
    const old = before.cells[role]
    return old === undefined || old === decision ? [] : [{ role, before: old, after: decision }]
  })
  const weakened = cells.filter((cell) => strength[cell.after] < strength[cell.before])
  const strengthened = cells.filter((cell) => strength[cell.after] > strength[cell.before])
  const changes: AccessChange[] = []
  if (weakened.length > 0) changes.push({ kind: 'weakened', coordinate, cells: weakened, rules })
  if (strengthened.length > 0) changes.push({ kind: 'strengthened', coordinate, cells: strengthened, rules })
  if (cells.length === 0 && rules.before !== rules.after)
    changes.push({ kind: 'changed', coordinate, cells: [], rules })
  return changes
}

function appeared({ coordinate, cells, rules }: AccessEntry): AccessChange {
  return {
    kind: cells.anonymous === 'allow' ? 'newly open' : 'new',
    coordinate,
    cells: Object.entries(cells).map(([role, after]) => ({ role, before: null, after })),
    rules: { before: null, after: rules },
  }
}

function disappeared({ coordinate, cells, rules }: AccessEntry): AccessChange {
  return {
    kind: 'gone',
    coordinate,
    cells: Object.entries(cells).map(([role, before]) => ({ role, before, after: null })),
    rules: { before: rules, after: null },
  }
}
