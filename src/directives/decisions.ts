import type { Decision, Residue } from './decide.ts'
import type { Requirement, Rule } from './rule.ts'
import type { Standing } from './viewer.ts'

type Outcome = Decision | Residue

/** What has been decided for all viewers that stand alike. What is planned for them all is kept by this object too. */
export type Decisions = WeakMap<Requirement, Outcome>

const nobody: ReadonlySet<string> = new Set()

/** Remembers static decisions from one request to the next, by what they hang on: the viewer's roles. */
export function createDecisions(): { of(standing: Standing): Decisions | null } {
  // The sets of roles are those that RoleGrants remembers, whose number is bounded; no requirement outlives its schema.
  const remembered = new WeakMap<ReadonlySet<string>, Record<'browser' | 'other', Decisions>>()

  return {
    /** Null where nothing is worth remembering: scopes are as many as there are tokens. */
    of({ viewer, roles, interactive }) {
      if (viewer !== null && (viewer.permissions ?? null) !== null) return null
      const key = viewer === null ? nobody : roles
      let both = remembered.get(key)
      if (!both) {
        both = { browser: new WeakMap(), other: new WeakMap() }
        remembered.set(key, both)
      }
      return interactive ? both.browser : both.other
    },
  }
}

/** Whether the decision for the same roles stays the same, however late it is. */
export function isTimeless(requirement: Requirement): boolean {
  return requirement.every(isTimelessRule)
}

function isTimelessRule({ any }: Rule): boolean {
  return any.every((conditions) =>
    conditions.every((condition) => condition.kind !== 'signedIn' || condition.maxAge === null),
  )
}
