import { styleText } from 'node:util'
import type { AccessChange, AccessChangeKind } from '../../directives/index.ts'

const colour: Record<AccessChangeKind, 'red' | 'yellow' | 'green'> = {
  weakened: 'red',
  'newly open': 'red',
  new: 'yellow',
  changed: 'yellow',
  gone: 'yellow',
  strengthened: 'green',
}
/** The worst first. */
const kinds = Object.keys(colour) as AccessChangeKind[]

/** Renders changes of the access matrix as text: what became of each coordinate, and by which rules. */
export function renderChanges(changes: readonly AccessChange[], colours: boolean): string {
  const sorted = changes.toSorted((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind))
  return sorted.map((change) => renderChange(change, colours)).join('\n')
}

function renderChange({ kind, coordinate, cells, rules }: AccessChange, colours: boolean): string {
  const label = kind.padEnd('strengthened'.length)
  const roles = cells.map(({ role, before, after }) =>
    before === null || after === null ? `${role} ${before ?? after}` : `${role} ${before} → ${after}`,
  )
  const details = [roles.join(', ')]
  if (rules.before !== rules.after) {
    if (rules.before !== null) details.push(`- ${rules.before || 'no rule'}`)
    if (rules.after !== null) details.push(`+ ${rules.after || 'no rule'}`)
  }
  return [
    `${colours ? styleText(colour[kind], label, { validateStream: false }) : label}  ${coordinate}`,
    ...details.filter((text) => text !== '').map((text) => `${' '.repeat(label.length + 2)}${text}`),
  ].join('\n')
}
