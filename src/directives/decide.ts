import type { Condition, DataCondition, Reading, Requirement, Rule } from './rule.ts'
import type { Standing } from './viewer.ts'

/** Why a viewer is denied. */
export type DenialCode = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'REAUTHENTICATION_REQUIRED'

/** What a rule comes to. `error`: something went wrong on the way, and the value is withheld. */
export type Decision = { effect: 'allow' } | { effect: 'deny'; code: DenialCode } | { effect: 'error' }

export const allow: Decision = { effect: 'allow' }
export const error: Decision = { effect: 'error' }
const denials: Record<DenialCode, Decision> = {
  UNAUTHENTICATED: { effect: 'deny', code: 'UNAUTHENTICATED' },
  FORBIDDEN: { effect: 'deny', code: 'FORBIDDEN' },
  REAUTHENTICATION_REQUIRED: { effect: 'deny', code: 'REAUTHENTICATION_REQUIRED' },
}

/** Denies a viewer for want of more than time: an anonymous one must sign in first. */
export function denied(standing: Standing): Decision {
  return standing.viewer === null ? denials.UNAUTHENTICATED : denials.FORBIDDEN
}

/** What is left of a requirement once the viewer is known: rules that hang on data alone. Never empty. */
export type Residue = readonly Rule<DataCondition>[]

/**
 * Decides as much of a requirement as the viewer alone decides. Gives the decision, or what is left to ask of the data.
 * One denied rule denies all, whatever the data would say.
 */
export function decideStatically(requirement: Requirement, standing: Standing): Decision | Residue {
  const residue: Rule<DataCondition>[] = []
  let denial: Decision | null = null
  for (const rule of requirement) {
    const outcome = decideRule(rule, standing)
    if (Array.isArray(outcome)) residue.push({ any: outcome, source: rule.source })
    else if (outcome !== allow && (denial === null || denial === denials.REAUTHENTICATION_REQUIRED))
      denial = outcome as Decision
  }
  if (denial !== null) return denial
  return residue.length === 0 ? allow : residue
}

/** What several denials of one value come to: an error above all, then the denial that takes more than time to lift. */
export function strictest(decisions: readonly Decision[]): Decision {
  return (
    decisions.find(({ effect }) => effect === 'error') ??
    decisions.find((decision) => decision !== denials.REAUTHENTICATION_REQUIRED) ??
    denials.REAUTHENTICATION_REQUIRED
  )
}

/** True where {@link decideStatically} could not decide. */
export function isResidue(outcome: Decision | Residue): outcome is Residue {
  return Array.isArray(outcome)
}

function decideRule(rule: Rule, standing: Standing): Decision | DataCondition[][] {
  const left: DataCondition[][] = []
  let stale = false
  for (const alternative of rule.any) {
    const outcome = decideAlternative(alternative, standing)
    if (outcome === allow) return allow
    if (Array.isArray(outcome)) left.push(outcome)
    else stale ||= outcome === denials.REAUTHENTICATION_REQUIRED
  }
  if (left.length > 0) return left
  return stale ? denials.REAUTHENTICATION_REQUIRED : denied(standing)
}

function decideAlternative(conditions: readonly Condition[], standing: Standing): Decision | DataCondition[] {
  const left: DataCondition[] = []
  let stale = false
  for (const condition of conditions) {
    switch (condition.kind) {
      case 'signedIn':
        if (standing.viewer === null || (condition.interactive && !standing.interactive)) return denied(standing)
        stale ||= condition.maxAge !== null && !(standing.age <= condition.maxAge * 1000)
        break
      case 'role':
        if (!condition.anyOf.some((role) => standing.roles.has(role))) return denied(standing)
        break
      case 'permission':
        if (!condition.anyOf.some((permission) => standing.permissions.has(permission))) return denied(standing)
        break
      case 'owner':
      case 'access':
        if (standing.viewer === null) return denied(standing)
        left.push(condition)
        break
      case 'policy':
        left.push(condition)
        break
      default:
        return condition satisfies never
    }
  }
  if (stale) return denials.REAUTHENTICATION_REQUIRED
  return left.length === 0 ? allow : left
}

/** The object and the arguments that a data rule is about. */
export interface Item {
  object: unknown
  args: Readonly<Record<string, unknown>>
}

export type Awaitable<Value> = Value | Promise<Value>

/** Whoever knows the answers: `true`, `false`, or `null` when asking failed. */
export interface Oracle {
  access(condition: Extract<DataCondition, { kind: 'access' }>, id: string): Awaitable<boolean | null>
  policy(name: string, item: Item): Awaitable<boolean | null>
}

/**
 * Decides what {@link decideStatically} left, for one object. Synchronous unless the oracle must be asked, and it is
 * asked nothing that cannot change the outcome.
 */
export function decideByData(residue: Residue, item: Item, standing: Standing, oracle: Oracle): Awaitable<Decision> {
  const open: (readonly DataCondition[])[][] = []
  for (const rule of residue) {
    const alternatives = openAlternatives(rule, item, standing)
    if (alternatives === 'holds') continue
    if (alternatives.length === 0) return denied(standing)
    open.push(alternatives)
  }
  if (open.length === 0) return allow
  const answers = open.map((alternatives) =>
    alternatives.map((asked) => asked.map((condition) => ask(condition, item, oracle))),
  )
  const flat = answers.flat(2)
  if (flat.some((answer) => answer instanceof Promise)) {
    return Promise.all(flat).then((settled) => {
      let next = 0
      return combine(
        answers.map((rule) => rule.map((alternative) => alternative.map(() => settled[next++] ?? null))),
        standing,
      )
    })
  }
  return combine(answers as (boolean | null)[][][], standing)
}

/** Leaves of a rule what only the oracle can tell: the alternatives whose owner, if asked for, is the viewer. */
function openAlternatives(
  rule: Rule<DataCondition>,
  item: Item,
  standing: Standing,
): 'holds' | (readonly DataCondition[])[] {
  const open: (readonly DataCondition[])[] = []
  for (const alternative of rule.any) {
    const mine = alternative.every(
      (condition) => condition.kind !== 'owner' || isViewer(read(item, condition.at), standing),
    )
    if (!mine) continue
    const asked = alternative.filter((condition) => condition.kind !== 'owner')
    if (asked.length === 0) return 'holds'
    // An access condition without an id to ask about is false by itself.
    if (asked.every((condition) => condition.kind !== 'access' || identify(read(item, condition.at)) !== null))
      open.push(asked)
  }
  return open
}

function ask(condition: DataCondition, item: Item, oracle: Oracle): Awaitable<boolean | null> {
  switch (condition.kind) {
    case 'access': {
      const id = identify(read(item, condition.at))
      return id === null ? false : oracle.access(condition, id)
    }
    case 'policy':
      return oracle.policy(condition.name, item)
    case 'owner':
      return true
  }
}

/** Within an alternative and across rules: false > null > true. Within a rule: true > null > false. */
function combine(rules: readonly (readonly (readonly (boolean | null)[])[])[], standing: Standing): Decision {
  let failed = false
  for (const alternatives of rules) {
    const outcomes = alternatives.map((answers) =>
      answers.includes(false) ? false : answers.every((answer) => answer === true) ? true : null,
    )
    if (outcomes.includes(true)) continue
    if (!outcomes.includes(null)) return denied(standing)
    failed = true
  }
  return failed ? error : allow
}

/** Reads own and inherited properties step by step; never calls a function and never runs a resolver. */
function read(item: Item, reading: Reading): unknown {
  let value: unknown = reading.from === 'args' ? item.args : item.object
  for (const property of reading.path) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<string, unknown>)[property]
  }
  return value
}

function isViewer(value: unknown, standing: Standing): boolean {
  const id = identify(value)
  return id !== null && standing.viewer !== null && id === identify(standing.viewer.id)
}

/** Gives an id as text; null for what identifies nothing. */
function identify(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : null
}
