import type { Cost } from './cost.ts'
import type { Library } from './library.ts'
import { isAboutInput, type Outcome, type Scenario } from './scenarios.ts'

/** All that was seen of one library. */
export interface Findings {
  library: Library
  /** Each of its packages with its version. */
  versions: readonly string[]
  outcomes: ReadonlyMap<Scenario, Outcome>
  cost: Cost
}

export interface Circumstances {
  node: string
  graphql: string
  /** As YYYY-MM-DD. */
  date: string
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
/** Gives the page of the comparison. */
export function renderComparison(findings: readonly Findings[], { node, graphql, date }: Circumstances): string {
  const names = findings.map(({ library }) => library.name)
  const scenarios = [...(findings[0]?.outcomes.keys() ?? [])]
  const groups = [...new Set(scenarios.map(({ group }) => group))].map((group) => {
    const rows = scenarios
      .filter((scenario) => scenario.group === group)
      .map((scenario) => [scenario.name, ...findings.map((seen) => wordFor(seen, scenario))])
    return `### ${group}\n\n${table(['', ...names], rows)}`
  })
  return `# Compared with other authorization libraries

One policy over one schema, put to each library the way its documentation shows; then every operation below is executed
by somebody who must not have the value and by somebody who may. The words in the tables are what was seen, nothing is
assumed. \`npm run compare\` makes this page again; the schema is in \`bench/comparison/world.ts\`, the operations in
\`bench/comparison/scenarios.ts\`, and how each library is told the policy in \`bench/comparison/libraries/\`.

Made on ${date} with Node ${node} and graphql ${graphql}.

- *holds*: whoever must not have it does not get it, whoever may does, and nothing is done for the one who must not.
- *holds, by hand*: the same, by code that reads the arguments itself: there is no place for a rule on them.
- **leaks**: the value is in the response, or what the rule forbids is done.
- **overdenies**: somebody is denied what no rule keeps from them.
- *not expressible*: the library has no place for such a rule, so it cannot be broken either.

${table(
  ['', 'How the policy is put', 'Versions', 'Documentation'],
  findings.map(({ library, versions }) => [library.name, library.approach, versions.join(', '), links(library)]),
)}

## What was seen

${groups.join('\n\n')}

## What a denial costs

A list of a thousand objects of a denied type, two fields of each selected. CPU times are medians on the machine that
made this page, each library in the server or executor that it is made for: compare a line with itself.

${table(
  ['', 'Errors', 'Bytes', 'Denied, ms', 'Allowed, ms', 'What is allowed beside a denied field'],
  findings.map(({ library, cost }) => [
    library.name,
    String(cost.errors),
    String(cost.bytes),
    cost.denied.toFixed(1),
    cost.allowed.toFixed(1),
    cost.keepsTheRest ? 'is answered' : 'is refused with it',
  ]),
)}

## To be fair

${findings.map(remarksOf).join('\n\n')}
`
}

/** Whatever a reader should not take for the good case is bold. */
function wordFor({ library, outcomes }: Findings, scenario: Scenario): string {
  const outcome = outcomes.get(scenario) ?? 'leaks'
  if (outcome === 'holds') return library.byHand && isAboutInput(scenario) ? 'holds, by hand' : outcome
  return outcome === 'not expressible' ? outcome : `**${outcome}**`
}

function links({ documentation }: Library): string {
  return Object.entries(documentation)
    .map(([title, address]) => `[${title}](${address})`)
    .join(', ')
}

function remarksOf({ library, outcomes }: Findings): string {
  const scenarios = [...outcomes.keys()]
  const told = new Map<string, Scenario[]>()
  for (const scenario of scenarios) {
    const remark = library.inexpressible[scenario.id] ?? library.remarks[scenario.id]
    if (remark) told.set(remark, [...(told.get(remark) ?? []), scenario])
  }
  const remarks = [...told].map(([remark, about]) => `${nameOf(about, scenarios)}: ${remark}.`)
  const byHand = library.byHand ? [`By hand: ${library.byHand}.`] : []
  return [`### ${library.name}\n`, ...[...library.notes, ...byHand, ...remarks].map((line) => `- ${line}`)].join('\n')
}

/** Names scenarios by their groups, and by themselves where not all of a group is meant. */
function nameOf(about: readonly Scenario[], all: readonly Scenario[]): string {
  const groups = [...new Set(about.map(({ group }) => group))]
  return groups
    .map((group) => {
      const names = about.filter((scenario) => scenario.group === group).map(({ name }) => name)
      const isWhole = names.length === all.filter((scenario) => scenario.group === group).length
      return isWhole ? `*${group} …*` : `*${group} … ${names.join('*; *… ')}*`
    })
    .join(', ')
}
