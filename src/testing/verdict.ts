import type { Viewer } from '../directives/index.ts'
import type { RoleText } from './rule-reading.ts'
import type { DataQuestion, KeyText, RuleText } from './rule-text.ts'

/** The codes with which the layer may deny. */
export type DenialCode = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'REAUTHENTICATION_REQUIRED'

/** Null where the rules hold; otherwise the codes that say rightly why not. */
export type Verdict = ReadonlySet<DenialCode> | null

/** Who asks, and when. */
export interface Asker {
  viewer: Viewer | null
  roles: ReadonlyMap<string, RoleText>
  /** Milliseconds since the epoch. */
  now: number
}

type Outcome = 'holds' | 'stale' | 'fails'

/**
 * Says what rules come to, by the letter of their semantics and without the layer's own code.
 *
 * @param answer - whether what a data rule asks is so
 */
export function judge(rules: readonly RuleText[], asker: Asker, answer: (question: DataQuestion) => boolean): Verdict {
  const outcomes = rules.map((rule) => judgeRule(rule, asker, answer))
  if (outcomes.every((outcome) => outcome === 'holds')) return null
  if (asker.viewer === null) return new Set(['UNAUTHENTICATED'])
  // Nothing that data could tell changes the outcome: no rule about data is asked any more.
  const isCertain = rules.some((rule) => judgeRule(rule, asker, () => true) === 'fails')
  if (isCertain) return new Set(['FORBIDDEN'])
  const codes = new Set<DenialCode>()
  if (outcomes.includes('stale')) codes.add('REAUTHENTICATION_REQUIRED')
  if (outcomes.includes('fails')) codes.add('FORBIDDEN')
  return codes
}

function judgeRule({ any }: RuleText, asker: Asker, answer: (question: DataQuestion) => boolean): Outcome {
  const outcomes = any.map((keys) => judgeKeys(keys, asker, answer))
  return outcomes.find((outcome) => outcome === 'holds') ?? outcomes.find((outcome) => outcome === 'stale') ?? 'fails'
}

function judgeKeys(keys: KeyText, { viewer, roles, now }: Asker, answer: (question: DataQuestion) => boolean): Outcome {
  const { signedIn, role, permission, asks } = keys
  const scopes = viewer?.permissions ?? null
  const held = heldRoles(viewer, roles)
  if (role && (scopes !== null || !role.some((name) => held.has(name)))) return 'fails'
  if (permission) {
    const granted = [...held].flatMap((name) => roles.get(name)?.permissions ?? [])
    if (!permission.some((name) => granted.includes(name) && (scopes === null || scopes.includes(name)))) return 'fails'
  }
  const isAnswered = (question: DataQuestion) => (viewer !== null || question.kind === 'policy') && answer(question)
  if (!asks.every(isAnswered)) return 'fails'
  if (!signedIn) return 'holds'
  if (viewer === null) return 'fails'
  if (signedIn.interactive && !(viewer.interactive ?? scopes === null)) return 'fails'
  const age = viewer.authenticatedAt ? now - viewer.authenticatedAt.getTime() : Number.POSITIVE_INFINITY
  return signedIn.maxAge !== null && age > signedIn.maxAge * 1000 ? 'stale' : 'holds'
}

/** Roles with those that they include. */
function heldRoles(viewer: Viewer | null, roles: ReadonlyMap<string, RoleText>): ReadonlySet<string> {
  const held = new Set((viewer?.roles ?? []).filter((name) => roles.has(name)))
  for (const name of held) for (const included of roles.get(name)?.includes ?? []) held.add(included)
  return held
}
