import type { Held } from './roles.ts'
import type { Condition, Reading, Rule } from './rule.ts'

/** How a directive of its own says a condition that stands alone, for the kinds that have one. */
const directives: Partial<Record<Condition['kind'], (keys: string) => string>> = {
  signedIn: (keys) => `@${keys}`,
  role: (keys) => `@hasRole(${keys})`,
  permission: (keys) => `@hasPermission(${keys})`,
  access: (keys) => `@hasAccess(${keys.replace('access', 'level')})`,
}

/**
 * Gives a rule as the shortest directive that says the same, its lists sorted: rules of the same text mean the same,
 * however they stand in the SDL. A rule that `@reads` brought is given as what it demands.
 */
export function printRule({ any }: Rule): string {
  const [first, ...rest] = any.flat()
  const alone = first && any.length === 1 && rest.length === 0 ? directives[first.kind] : undefined
  if (first && alone) return alone(printKeys(first))
  const ways = any.map((way) => (way.length === 0 ? '{}' : `{ ${printList(way.map(printKeys))} }`))
  return `@allow(any: [${printList(ways)}])`
}

/** Gives what a role holds, with all that it includes, in the form of its `@grants`. */
export function printGrant(role: string, { roles, permissions }: Held): string {
  const included = [...roles].filter((held) => held !== role)
  const includes = included.length > 0 ? `, includes: [${printList(included)}]` : ''
  return `@grants(permissions: [${printList([...permissions])}]${includes})`
}

function printKeys(condition: Condition): string {
  switch (condition.kind) {
    case 'signedIn':
      if (condition.maxAge !== null) return `auth(maxAge: ${condition.maxAge})`
      return condition.interactive ? 'auth(interactive: true)' : 'auth'
    case 'role':
    case 'permission':
      return `${condition.kind}: [${printList(condition.anyOf)}]`
    case 'owner':
      return `owner: "${printPath(condition.at)}"`
    case 'access':
      return `access: ${condition.level}, resource: "${condition.resource}", id: "${printPath(condition.at)}"`
    case 'policy':
      return `policy: "${condition.name}"`
    default:
      return condition satisfies never
  }
}

function printList(entries: readonly string[]): string {
  return [...new Set(entries)].sort().join(', ')
}

function printPath({ from, path }: Reading): string {
  return from === 'args' ? ['args', ...path].join('.') : path.join('.')
}
