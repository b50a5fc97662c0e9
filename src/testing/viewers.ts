import type { Viewer } from '../directives/index.ts'
import type { RuleReading } from './rule-reading.ts'

/** Those as whom every operation is run, by name. */
export type Viewers = Readonly<Record<string, Viewer | null>>

/**
 * Gives the viewers that a schema's rules can tell apart: nobody, somebody without roles, one for each role; and with all
 * roles at once one on either side of each `maxAge`, one who is not interactive, and API tokens without scopes and with
 * every scope.
 */
export function viewersOf({ roles, ages }: RuleReading, now: number): Viewers {
  const signedIn = (held: readonly string[], age = 0): Viewer => ({
    id: '1001',
    roles: held,
    authenticatedAt: new Date(now - age * 1000),
  })
  const all = [...roles.keys()]
  const permissions = [...new Set([...roles.values()].flatMap((role) => role.permissions))]
  return {
    anonymous: null,
    'signed in without roles': signedIn([]),
    ...Object.fromEntries(all.map((role) => [role, signedIn([role])])),
    ...Object.fromEntries(
      ages.flatMap((age) => [age, age + 1]).map((age) => [`all roles, ${age} s ago`, signedIn(all, age)]),
    ),
    'all roles, not interactive': { ...signedIn(all), interactive: false },
    'all roles, token without scopes': { ...signedIn(all), permissions: [] },
    'all roles, token with every scope': { ...signedIn(all), permissions },
  }
}

/** Gives API tokens with all roles and one scope each: as these the plainest way to each coordinate is tried besides. */
export function tokensOf({ roles }: RuleReading, now: number): Viewers {
  const permissions = new Set([...roles.values()].flatMap((role) => role.permissions))
  const token = { id: '1001', roles: [...roles.keys()], authenticatedAt: new Date(now) }
  return Object.fromEntries(
    Array.from(permissions, (permission) => [`token for ${permission}`, { ...token, permissions: [permission] }]),
  )
}
