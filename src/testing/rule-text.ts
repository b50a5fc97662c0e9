/** One application of a rule directive. */
export interface RuleText {
  any: readonly KeyText[]
}

/** Keys that must all hold. */
export interface KeyText {
  signedIn?: { maxAge: number | null; interactive: boolean }
  role?: readonly string[]
  permission?: readonly string[]
  asks: readonly DataQuestion[]
}

/** What a rule asks that the viewer alone does not answer. Paths are written out, `args.` included. */
export type DataQuestion =
  | { kind: 'owner'; path: string }
  | { kind: 'access'; path: string; resource: string; level: string }
  | { kind: 'policy'; name: string }

/** The arguments of a directive, coerced. */
export type Values = Readonly<Record<string, unknown>>

/** What a rule means where it leaves something out. */
export interface Home {
  id: string
  resource: string
}

/** What each rule directive says, by its name. */
export const readers: Readonly<Record<string, (values: Values, home: Home) => KeyText[]>> = {
  auth: ({ maxAge, interactive }) => {
    const seconds = typeof maxAge === 'number' ? maxAge : null
    return [{ signedIn: { maxAge: seconds, interactive: interactive === true || seconds !== null }, asks: [] }]
  },
  hasRole: (values, home) => [readKeys(values, home)],
  hasPermission: (values, home) => [readKeys(values, home)],
  hasAccess: ({ level, ...values }, home) => [readKeys({ ...values, access: level }, home)],
  allow: ({ any }, home) => (Array.isArray(any) ? any : []).map((keys: Values) => readKeys(keys, home)),
}

function readKeys({ role, permission, owner, access, resource, id, policy }: Values, home: Home): KeyText {
  const asks: DataQuestion[] = []
  if (owner) asks.push({ kind: 'owner', path: textOf(owner) })
  if (access) {
    const path = id ? textOf(id) : home.id
    asks.push({ kind: 'access', path, resource: resource ? textOf(resource) : home.resource, level: textOf(access) })
  }
  if (policy) asks.push({ kind: 'policy', name: textOf(policy) })
  return { ...(role ? { role: listOf(role) } : {}), ...(permission ? { permission: listOf(permission) } : {}), asks }
}

/** Everything that rules ask. */
export function questionsOf(rules: readonly RuleText[]): DataQuestion[] {
  return rules.flatMap(({ any }) => any.flatMap(({ asks }) => asks))
}

/** Every path that rules read from. */
export function dataPaths(rules: readonly RuleText[]): string[] {
  return questionsOf(rules).flatMap((question) => (question.kind === 'policy' ? [] : question.path))
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}
