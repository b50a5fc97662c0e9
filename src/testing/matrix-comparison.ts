import type { AccessCells, Viewer } from '../directives/index.ts'
import type { RuleReading } from './rule-reading.ts'
import type { RuleText } from './rule-text.ts'
import { judge } from './verdict.ts'

/** Says where a row of the access matrix is not what the SDL's rules come to. */
export function compareWithMatrix(
  rules: readonly RuleText[],
  cells: AccessCells | undefined,
  { roles }: RuleReading,
  now: number,
): string[] {
  if (!cells) return ['it is not in the access matrix']
  return ['anonymous', ...roles.keys()].flatMap((name) => {
    const viewer: Viewer | null = name === 'anonymous' ? null : { id: 'anybody', roles: [name] }
    const fresh = viewer && { ...viewer, authenticatedAt: new Date(now) }
    const atBest = judge(rules, { viewer: fresh, roles, now }, () => true)
    const atWorst = judge(rules, { viewer, roles, now }, () => false)
    const expected = atBest ? 'deny' : atWorst ? 'conditional' : 'allow'
    const cell = cells[name]
    return cell === expected ? [] : [`the access matrix says ${cell} for ${name}, the rules ${expected}`]
  })
}
