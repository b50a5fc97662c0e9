import type { AccessMatrixQuery } from '../__generated__/access.ts'

/** As the API tells decisions, and as the matrix does. */
export type Decision = Lowercase<Told>
type Told = 'ALLOW' | 'DENY' | 'CONDITIONAL'

export interface Marked {
  anonymous?: Told | null
  cells: readonly { role: string; decision: Told }[]
}

type Row = NonNullable<AccessMatrixQuery['accessMatrix']>['rows'][number]
type Rule = Row['rules'][number]

const decisionOf = (told: Told) => told.toLowerCase() as Decision

/** What each viewer can expect, by name. */
export function cellsOf({ anonymous, cells }: Marked): Record<string, Decision> {
  return Object.fromEntries([
    ...(anonymous ? [['anonymous', decisionOf(anonymous)] as const] : []),
    ...cells.map(({ role, decision }) => [role, decisionOf(decision)] as const),
  ])
}

export function ruleOf(rule: Rule) {
  return { text: rule.text, coordinate: rule.coordinate, location: rule.location ?? null, cells: cellsOf(rule) }
}

export function elementOf(row: Row) {
  const owner = row.owner ? decisionOf(row.owner) : null
  return {
    coordinate: row.coordinate,
    cells: cellsOf(row),
    owner,
    rules: row.rules.map(ruleOf),
    typeRules: row.typeRules,
  }
}
