import type { AccessDecision } from './access-row.ts'
import { allow, decideStatically, isResidue } from './decide.ts'
import type { RoleGrants } from './roles.ts'
import type { Condition, Requirement } from './rule.ts'
import { type Standing, standingOf } from './viewer.ts'

/** Gives the standing of anybody who has these roles and signed in long ago; null is anonymous. Without scopes. */
export function standingOfRoles(roles: readonly string[] | null, grants: RoleGrants): Standing {
  return standingOf(roles && { id: 'anybody', roles }, grants, 0)
}

/** Decides what a requirement can come to for a viewer, whatever the object, the arguments and the time. */
export function expectAccess(requirement: Requirement, standing: Standing): AccessDecision {
  const outcome = decideStatically(requirement, standing)
  if (outcome === allow) return 'allow'
  // Signing in again is something that the viewer can do.
  const isOpen = isResidue(outcome) || (outcome.effect === 'deny' && outcome.code === 'REAUTHENTICATION_REQUIRED')
  return isOpen ? 'conditional' : 'deny'
}

/**
 * Tells what owning the object makes of a requirement that is conditional for a viewer: `allow`, or `conditional` where
 * more is asked for. Null where nothing hangs on the owner.
 */
export function expectOwnerAccess(requirement: Requirement, standing: Standing): AccessDecision | null {
  const hangsOnOwner = requirement.some((rule) => {
    const outcome = decideStatically([rule], standing)
    return isResidue(outcome) && outcome.some(({ any }) => any.flat().some(isOwnership))
  })
  if (!hangsOnOwner) return null
  const owned = requirement.map(({ any, source }) => ({
    any: any.map((way) => way.filter((condition) => !isOwnership(condition))),
    source,
  }))
  return expectAccess(owned, standing)
}

function isOwnership({ kind }: Condition): boolean {
  return kind === 'owner'
}

/** What several ways to the same coordinate come to: what they agree on, else conditional. */
export function agreeOn(decisions: readonly AccessDecision[]): AccessDecision {
  const [first = 'allow'] = decisions
  return decisions.every((decision) => decision === first) ? first : 'conditional'
}
