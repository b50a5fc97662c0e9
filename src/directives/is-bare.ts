import type { AccessRow } from './access-matrix.ts'

/** Whether a row is of a type, argument or input field without rules: it says nothing of its own. */
export function isBare({ kind, rules }: Pick<AccessRow, 'kind' | 'rules'>): boolean {
  return kind !== 'field' && rules.length === 0
}
