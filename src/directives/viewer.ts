import type { RoleGrants } from './roles.ts'

/** The party behind a request; null is anonymous. */
export interface Viewer {
  id: string
  /** As assigned; what these include is added by the schema's `@grants`. */
  roles: readonly string[]
  /** When they last proved who they are. Without it `@auth(maxAge:)` finds them too old. */
  authenticatedAt?: Date | undefined
  /** False for an API token. Unset: true unless {@link permissions} is set. */
  interactive?: boolean | undefined
  /** Narrows what the roles grant: an API token's scopes. A viewer with scopes satisfies no role rule. */
  permissions?: readonly string[] | null | undefined
}

/** A viewer with what the schema's roles give them: all that a static rule looks at. */
export interface Standing {
  viewer: Viewer | null
  roles: ReadonlySet<string>
  permissions: ReadonlySet<string>
  interactive: boolean
  /** Milliseconds since the last proof of who they are. */
  age: number
}

const nothing: ReadonlySet<string> = new Set()

/**
 * Works out what a viewer holds. Membership is exact: roles that the schema does not know, and roles that are no array
 * of strings, count for nothing.
 *
 * @throws TypeError when `viewer` is neither null nor an object with an id
 */
export function standingOf(viewer: Viewer | null | undefined, grants: RoleGrants, now: number): Standing {
  if (viewer === null || viewer === undefined) {
    return { viewer: null, roles: nothing, permissions: nothing, interactive: false, age: Number.POSITIVE_INFINITY }
  }
  if (
    typeof viewer !== 'object' ||
    (typeof viewer.id !== 'string' && typeof viewer.id !== 'number') ||
    viewer.id === ''
  ) {
    throw new TypeError('options.viewer must give null or an object with a non-empty id')
  }
  const held = grants.of(Array.isArray(viewer.roles) ? viewer.roles : [])
  const scopes = viewer.permissions ?? null
  const age = viewer.authenticatedAt instanceof Date ? now - viewer.authenticatedAt.getTime() : Number.NaN
  return {
    viewer,
    roles: scopes === null ? held.roles : nothing,
    permissions: scopes === null ? held.permissions : intersection(held.permissions, scopes),
    interactive: (viewer.interactive ?? scopes === null) === true,
    age: Number.isNaN(age) ? Number.POSITIVE_INFINITY : age,
  }
}

function intersection(held: ReadonlySet<string>, scopes: unknown): ReadonlySet<string> {
  if (!Array.isArray(scopes)) return nothing
  return new Set(scopes.filter((scope) => held.has(scope)))
}
