import { type PathBase, parsePath } from './path.ts'
import type { Condition, Reading, Rule, RuleSource } from './rule.ts'

/** The arguments of one rule directive, or one entry of `@allow(any:)`, coerced. */
interface Keys {
  maxAge?: number | null
  interactive?: boolean | null
  role?: readonly string[] | null
  permission?: readonly string[] | null
  owner?: string | null
  access?: string | null
  level?: string
  resource?: string | null
  id?: string | null
  policy?: string | null
  any?: readonly Keys[]
}

/** Where a rule stands, as far as reading it depends on that. */
export interface Standpoint {
  /** Several for an input field: one for each field that takes such an input. A path must fit them all. */
  bases: readonly PathBase[]
  /** The resource's type where a rule may leave it out: on that type itself. */
  resource: string | null
  isResource(name: string): boolean
  abilities: { access: boolean; policies: { includes(name: string): boolean } }
}

/** Turns a directive's arguments into a rule. The rule counts only when there are no faults. */
export function readRule(
  directive: string,
  values: Keys,
  source: RuleSource,
  at: Standpoint,
): { rule: Rule; faults: string[] } {
  const faults: string[] = []
  const alternatives = directive === 'allow' ? (values.any ?? []) : [asAlternative(directive, values)]
  if (alternatives.length === 0) faults.push('an empty list of rules allows nobody: name one')
  const any = alternatives.map((keys) => readAlternative(directive, keys, at, faults))
  return { rule: { any, source }, faults }
}

/** `@hasAccess(level:)` says what `@allow` calls `access`; the rest have the same names. */
function asAlternative(directive: string, values: Keys): Keys {
  if (directive !== 'hasAccess') return values
  const { level, ...rest } = values
  return { ...rest, access: level ?? null }
}

function readAlternative(directive: string, keys: Keys, at: Standpoint, faults: string[]): Condition[] {
  if (directive === 'auth') return [readAuth(keys, faults)]
  const conditions: Condition[] = []
  for (const [key, value] of Object.entries(keys)) {
    if (value === null) faults.push(`"${key}" is null: leave it out, or say what it should be`)
    if (value === '' || (Array.isArray(value) && value.length === 0)) faults.push(`"${key}" is empty and allows nobody`)
  }
  if (keys.role) conditions.push({ kind: 'role', anyOf: keys.role })
  if (keys.permission) conditions.push({ kind: 'permission', anyOf: keys.permission })
  if (keys.owner) {
    const reading = readPath(keys.owner, at, faults)
    if (reading) conditions.push({ kind: 'owner', at: reading })
  }
  if (keys.access) {
    const condition = readAccess(keys, keys.access, at, faults)
    if (condition) conditions.push(condition)
  } else if (keys.resource || keys.id) {
    faults.push('"resource" and "id" go with "access"')
  }
  if (keys.policy) {
    if (at.abilities.policies.includes(keys.policy)) conditions.push({ kind: 'policy', name: keys.policy })
    else faults.push(`there is no policy "${keys.policy}" in the policies that authorizeSchema() is given`)
  }
  if (Object.keys(keys).length === 0) faults.push('a rule without keys says nothing')
  return conditions
}

function readAuth({ maxAge = null, interactive = null }: Keys, faults: string[]): Condition {
  if (maxAge !== null && interactive === false)
    faults.push('"maxAge" implies interactive: "interactive: false" contradicts it')
  if (maxAge !== null && maxAge < 1) faults.push(`"maxAge" is ${maxAge}: it should be a number of seconds, at least 1`)
  return { kind: 'signedIn', maxAge, interactive: interactive === true || maxAge !== null }
}

function readAccess(keys: Keys, level: string, at: Standpoint, faults: string[]): Condition | null {
  const resource = keys.resource ?? at.resource
  if (resource === null) faults.push('"resource" is required here: it may be left out on the object type itself only')
  else if (!at.isResource(resource)) faults.push(`"resource" names no object type of this schema: "${resource}"`)
  if (!at.abilities.access) faults.push('the rule needs options.access, and there is none')
  const reading = readPath(keys.id ?? (at.bases.some(({ object }) => object !== null) ? 'id' : 'args.id'), at, faults)
  return resource !== null && reading ? { kind: 'access', level, resource, at: reading } : null
}

function readPath(path: string, at: Standpoint, faults: string[]): Reading | null {
  const reading = parsePath(path, at.bases)
  if (typeof reading !== 'string') return reading
  faults.push(reading)
  return null
}
