import type { Api, Library, Roles } from './library.ts'
import { type Effects, guarded } from './world.ts'

/** One way to what a rule guards. */
export interface Scenario {
  id: string
  group: string
  name: string
  source: string
  variables?: Record<string, unknown>
  /** Who must not have it; a MEMBER unless told. */
  denied?: readonly Roles[]
  /** What tells that they have it; {@link guarded} unless told. */
  sign?: string
  /** True where nobody is allowed, as the rule fails. */
  forNobody?: true
  /** What must not have happened. */
  effect?: keyof Effects
  /** True where this is there for everybody: denying it is the fault. */
  forEverybody?: true
}

export type Outcome = 'holds' | 'leaks' | 'overdenies' | 'not expressible'

const admin: Roles = ['MEMBER', 'AUDITOR', 'ADMIN']
const member: Roles = ['MEMBER']

const scenario = (group: string, name: string, id: string, source: string, rest: Partial<Scenario> = {}): Scenario => ({
  group,
  name,
  id,
  source,
  ...rest,
})
const type = 'A rule on a type, its object reached'
const inherited = 'A rule on an interface'
const field = 'Rules on fields'
const argument = 'A rule on an argument, given'
const input = 'A rule on an input field, given'
const effects = 'What a denied operation does'
const failure = 'A rule that'

export const scenarios: readonly Scenario[] = [
  scenario(type, 'directly', 'type-direct', '{ secret { text } }'),
  scenario(type, 'by alias', 'type-alias', '{ a: secret { b: text } }'),
  scenario(type, 'through another object', 'type-nested', '{ box { secret { text } } }'),
  scenario(type, 'in a list', 'type-list', '{ secrets { text } }'),
  scenario(type, 'in a list of lists', 'type-lists', '{ shelves { text } }'),
  scenario(type, 'by an interface, with an inline fragment', 'type-interface', '{ node { ... on Secret { text } } }'),
  scenario(
    type,
    'by an interface in a list, with a named fragment',
    'type-fragment',
    '{ nodes { ...Found } } fragment Found on Secret { text }',
  ),
  scenario(type, 'by an interface, selecting the interface’s own field', 'type-interface-field', '{ node { id } }'),
  scenario(type, 'by a union', 'type-union', '{ hits { ... on Secret { text } } }'),
  scenario(type, 'by a union, selecting by an interface', 'type-union-interface', '{ hits { ... on Node { id } } }'),
  scenario(type, 'to ask for its `__typename` alone', 'type-typename', '{ node { __typename } }', { sign: 'Secret' }),
  scenario(
    type,
    'behind `@include` with a variable’s default',
    'type-include',
    'query ($yes: Boolean = true) { secret @include(if: $yes) { text } }',
  ),
  scenario(inherited, 'field, reached by the interface', 'interface-field', '{ contact { phone } }'),
  scenario(inherited, 'field, reached by the concrete type', 'interface-field-type', '{ person { phone } }'),
  scenario(inherited, 'itself, reached by the interface', 'interface', '{ sealed { id } }'),
  scenario(inherited, 'itself, reached by the concrete type', 'interface-type', '{ vault { contents } }'),
  scenario(field, 'on a field that `extend type` adds', 'field-extension', '{ person { salary } }'),
  scenario(field, 'on a type, put on `extend type`', 'type-extension', '{ ledger { total } }'),
  scenario(field, 'two on one field: both must hold', 'field-both', '{ both }', { denied: [member, ['AUDITOR']] }),
  scenario(field, 'one on the field, one on its type: both must hold', 'field-and-type', '{ account { number } }', {
    denied: [member, ['AUDITOR']],
  }),
  scenario(
    field,
    'left out by `@include`: denies nothing',
    'field-left-out',
    'query ($no: Boolean!) { note { text } secret @include(if: $no) { text } }',
    { variables: { no: false }, sign: 'a note', forEverybody: true },
  ),
  scenario(argument, 'in the document', 'argument', '{ search(deep: "x") }'),
  scenario(argument, 'by a variable', 'argument-variable', 'query ($deep: String) { search(deep: $deep) }', {
    variables: { deep: 'x' },
  }),
  scenario(
    argument,
    'by a variable’s default',
    'argument-default',
    'query ($deep: String = "x") { search(deep: $deep) }',
  ),
  scenario(argument, 'as null', 'argument-null', '{ search(deep: null) }'),
  scenario(argument, 'not at all, with a default of the schema’s: denies nothing', 'argument-left-out', '{ search }', {
    sign: 'nothing',
    forEverybody: true,
  }),
  scenario(input, 'in the document', 'input', '{ find(filter: { hidden: "x" }) }'),
  scenario(input, 'inside another input', 'input-nested', '{ find(filter: { not: { not: { hidden: "x" } } }) }'),
  scenario(input, 'in a list', 'input-list', '{ find(filter: { and: [{ term: "a" }, { hidden: "x" }] }) }'),
  scenario(input, 'by a variable', 'input-variable', 'query ($filter: Filter) { find(filter: $filter) }', {
    variables: { filter: { and: [{ hidden: 'x' }] } },
  }),
  scenario(input, 'as null', 'input-null', '{ find(filter: { hidden: null }) }'),
  scenario(effects, 'a denied mutation does not run', 'mutation', 'mutation { erase }', { effect: 'writes' }),
  scenario(
    effects,
    'a mutation whose payload is of a denied type does not run',
    'mutation-payload',
    'mutation { writeSecret { text } }',
    { effect: 'writes' },
  ),
  scenario(
    effects,
    'a mutation beside a denied one does not run either',
    'mutation-atomic',
    'mutation { write erase }',
    { effect: 'writes' },
  ),
  scenario(effects, 'a denied subscription starts no source', 'subscription', 'subscription { ticks }', {
    effect: 'streams',
  }),
  scenario(effects, 'a denied subscription gets no event', 'subscription-event', 'subscription { ticks }'),
  scenario(effects, 'an event of a denied type is withheld', 'subscription-type', 'subscription { secrets { text } }'),
  scenario(failure, 'answers no in a promise denies', 'rule-asynchronous', '{ asynchronous }'),
  scenario(failure, 'throws withholds', 'rule-throwing', '{ throwing }', { forNobody: true }),
  scenario(failure, 'rejects withholds', 'rule-rejecting', '{ rejecting }', { forNobody: true }),
]

/** Whether a scenario is about a rule on an argument or input field. */
export const isAboutInput = ({ group }: Scenario) => group === argument || group === input

/** Runs a scenario, for those who must be denied and for one who must not. Nothing is assumed. */
export async function observe(scenario: Scenario, library: Library): Promise<Outcome> {
  if (scenario.id in library.inexpressible) return 'not expressible'
  const { sign = guarded, denied = [member] } = scenario
  const isSeen = async (roles: Roles) => {
    const effects: Effects = { writes: 0, streams: 0 }
    const api = await library.open(effects)
    const answers = await collect(api, scenario, roles)
    await api.close?.()
    const isShown = JSON.stringify(answers.map(({ data }) => data ?? null)).includes(sign)
    return scenario.effect ? effects[scenario.effect] > 0 : isShown
  }

  const isMet = await Promise.all(denied.map(isSeen))
  if (scenario.forEverybody) return isMet.every(Boolean) ? 'holds' : 'overdenies'
  if (isMet.some(Boolean)) return 'leaks'
  return scenario.forNobody || (await isSeen(admin)) ? 'holds' : 'overdenies'
}

async function collect(api: Api, { source, variables }: Scenario, roles: Roles) {
  if (!source.startsWith('subscription')) return [await api.execute({ source, roles, variables })]
  const stream = await api.subscribe({ source, roles, variables })
  if (!(Symbol.asyncIterator in stream)) return [stream]
  const answers = []
  for await (const answer of stream) answers.push(answer)
  return answers
}
