import type { Decision, Residue } from './decide.ts'
import type { Requirement, Rule } from './rule.ts'
import type { Standing } from './viewer.ts'

type Outcome = Decision | Residue

/** What has been decided of requirements so far. */
export interface Decisions {
  get(requirement: Requirement): Outcome | undefined
  set(requirement: Requirement, outcome: Outcome): unknown
}

const nobody: ReadonlySet<string> = new Set()

/** Remembers static decisions from one request to the next, by what they hang on: the viewer's roles. */
export function createDecisions(): { of(standing: Standing): Decisions } {
  // The sets of roles are those that RoleGrants remembers, whose number is bounded; no requirement outlives its schema.
  const remembered = new WeakMap<ReadonlySet<string>, Record<'browser' | 'other', WeakMap<Requirement, Outcome>>>()

  return {
    of({ viewer, roles, interactive }) {
      const own = new Map<Requirement, Outcome>()
      // Scopes are as many as there are tokens.
      if (viewer !== null && (viewer.permissions ?? null) !== null) return own
      const key = viewer === null ? nobody : roles
      const both = remembered.get(key) ?? { browser: new WeakMap(), other: new WeakMap() }
      remembered.set(key, both)
      const lasting = both[interactive ? 'browser' : 'other']
      return {
        get: (requirement) => lasting.get(requirement) ?? own.get(requirement),
        set: (requirement, outcome) => (requirement.every(isTimeless) ? lasting : own).set(requirement, outcome),
      }
    },
  }
}

/** Whether a rule's decision for the same roles stays the same. */
function isTimeless({ any }: Rule): boolean {
  return any.every((conditions) =>
    conditions.every((condition) => condition.kind !== 'signedIn' || condition.maxAge === null),
  )
}
