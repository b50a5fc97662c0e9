/** What a set of roles amounts to. */
export interface Held {
  roles: ReadonlySet<string>
  permissions: ReadonlySet<string>
}

/** What one role says of itself in its `@grants`. */
export interface Grant {
  permissions: readonly string[]
  includes: readonly string[]
}

/** What roles grant, inheritance followed. */
export interface RoleGrants {
  /** Every role of the schema. */
  names: readonly string[]
  of(roles: readonly unknown[]): Held
}

/** How many different sets of roles are remembered; there are rarely more than a dozen. */
const rememberedSets = 1000

export function createRoleGrants(grants: ReadonlyMap<string, Grant>): RoleGrants {
  const each = new Map([...grants.keys()].map((role) => [role, close(role, grants)]))
  const none = join([])
  const remembered = new Map<string, Held>()

  return {
    names: [...grants.keys()],
    of(roles) {
      // Most viewers have one role, and each request asks. By its name alone: what is remembered of several is named by all.
      if (roles.length < 2) return each.get(roles[0] as string) ?? none
      const known = [...new Set(roles)]
        .filter((role): role is string => typeof role === 'string' && each.has(role))
        .sort()
      const key = known.join(' ')
      const found = remembered.get(key)
      if (found) return found
      const held = join(known.map((role) => each.get(role)))
      if (remembered.size < rememberedSets) remembered.set(key, held)
      return held
    },
  }
}

/** Gives the roles on a circle of `includes`, or null. */
export function findCircle(grants: ReadonlyMap<string, Grant>): string[] | null {
  for (const start of grants.keys()) {
    const trail = trailBack(start, start, grants, new Set())
    if (trail) return [start, ...trail]
  }
  return null
}

function trailBack(from: string, to: string, grants: ReadonlyMap<string, Grant>, seen: Set<string>): string[] | null {
  for (const next of grants.get(from)?.includes ?? []) {
    if (next === to) return [to]
    if (seen.has(next)) continue
    seen.add(next)
    const rest = trailBack(next, to, grants, seen)
    if (rest) return [next, ...rest]
  }
  return null
}

function close(role: string, grants: ReadonlyMap<string, Grant>): Held {
  const roles = new Set([role])
  for (const held of roles) for (const included of grants.get(held)?.includes ?? []) roles.add(included)
  return { roles, permissions: new Set([...roles].flatMap((held) => grants.get(held)?.permissions ?? [])) }
}

function join(parts: readonly (Held | undefined)[]): Held {
  const roles = new Set<string>()
  const permissions = new Set<string>()
  for (const part of parts) {
    for (const role of part?.roles ?? []) roles.add(role)
    for (const permission of part?.permissions ?? []) permissions.add(permission)
  }
  return { roles, permissions }
}
