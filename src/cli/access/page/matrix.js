// What the picture of the access matrix is made of: its words, symbols and filters. Plain JavaScript, since the page that
// `--html` writes carries this file as it is; the console's page imports it.

/**
 * @typedef {'allow' | 'deny' | 'conditional'} Decision
 * @typedef {Decision | 'none'} Cell
 * @typedef {Readonly<Record<string, Decision>>} Cells by viewer: `anonymous`, then each role
 * @typedef {{ text: string, coordinate: string, location?: string | null, cells: Cells }} Rule
 * @typedef {{ coordinate: string, cells: Cells, owner: Decision | null, rules: readonly Rule[] }} Element
 * @typedef {{ role: string, before: Decision | null, after: Decision | null }} CellChange
 * @typedef {{ kind: keyof typeof changeFaces, coordinate: string, cells: readonly CellChange[], rules: { before: string | null, after: string | null } }} Change
 * @typedef {{ with: string, changes: readonly Change[] }} Comparison
 * @typedef {{ name: string, depth: number, coordinate: string, cells: Readonly<Record<string, Cell>>, rules: readonly Rule[], changes: readonly Change[] }} Line
 * @typedef {{ name: string | null, lines: readonly Line[] }} Group lines of one type; without a name, of an operation
 * @typedef {{ viewers: readonly string[], groups: readonly Group[], comparison: Comparison | null }} Matrix
 * @typedef {{ search: string, type: string, one: string, other: string, changes: boolean }} Filter
 */

/** @type {Readonly<Record<Cell, string>>} */
export const symbols = { allow: '✓', deny: '✗', conditional: '?', none: '–' }

/** @type {Readonly<Record<Cell, string>>} */
export const meanings = {
  allow: 'every rule holds, whatever the data',
  deny: 'some rule never holds, whatever the data',
  conditional: 'it hangs on the object, the arguments, or how long ago the viewer proved who they are',
  none: 'nothing hangs on owning the object',
}

/** The worst first. */
export const changeFaces = /** @type {const} */ ({
  weakened: { symbol: '▲', colour: 'deny' },
  'newly open': { symbol: '▲', colour: 'deny' },
  new: { symbol: '＋', colour: 'conditional' },
  changed: { symbol: '≠', colour: 'conditional' },
  gone: { symbol: '−', colour: 'conditional' },
  strengthened: { symbol: '▼', colour: 'allow' },
})

/** The types that are told first. */
const roots = ['Query', 'Mutation', 'Subscription']

/**
 * Groups the elements of a schema by type, each with all rules that count for it.
 *
 * @param {readonly Element[]} elements with fields for their arguments' rules
 * @param {{ typeRules: ReadonlyMap<string, readonly Rule[]>, comparison: Comparison | null }} options
 * @returns {Matrix}
 */
export function createMatrix(elements, { typeRules, comparison }) {
  const rulesOf = new Map(elements.map(({ coordinate, rules }) => [coordinate, rules]))
  const changes = Map.groupBy(comparison?.changes ?? [], ({ coordinate }) => coordinate)
  const byType = Map.groupBy(elements, ({ coordinate }) => typeOf(coordinate))
  const types = [...new Set([...roots.filter((name) => byType.has(name)), ...byType.keys()])]
  const groups = types.map((type) => ({
    name: type,
    lines: (byType.get(type) ?? []).map(({ coordinate, cells, owner, rules }) => {
      const [field = ''] = coordinate.split('(')
      const ofField = field === coordinate ? [] : (rulesOf.get(field) ?? [])
      return {
        name: coordinate.slice(type.length + 1),
        depth: 0,
        coordinate,
        cells: { ...cells, owner: owner ?? /** @type {const} */ ('none') },
        rules: [...rules, ...ofField, ...(typeRules.get(type) ?? [])],
        changes: changes.get(coordinate) ?? [],
      }
    }),
  }))
  return { viewers: Object.keys(groups[0]?.lines[0]?.cells ?? {}), groups, comparison }
}

/** @param {string} coordinate */
function typeOf(coordinate) {
  return coordinate.split('.', 1)[0] ?? ''
}

/**
 * Whether a filter shows a line.
 *
 * @param {Line} line
 * @param {Filter} filter
 */
export function matches({ coordinate, cells, changes }, filter) {
  const isOther = filter.one === '' || filter.other === '' || cells[filter.one] !== cells[filter.other]
  return (
    coordinate.toLowerCase().includes(filter.search.trim().toLowerCase()) &&
    (filter.type === '' || typeOf(coordinate) === filter.type) &&
    isOther &&
    (!filter.changes || changes.length > 0)
  )
}

/**
 * Why a viewer may have it or not, in words.
 *
 * @param {Line} line
 * @param {string} viewer
 */
export function explainCell({ cells, rules }, viewer) {
  const decision = cells[viewer] ?? 'none'
  if (viewer === 'owner') return explainOwner(decision)
  const deciding = rules.filter((rule) => rule.cells[viewer] === decision).length
  const marked = `the ${deciding === 1 ? 'rule' : 'rules'} marked ${symbols[decision]}`
  switch (decision) {
    case 'allow':
      return rules.length === 0
        ? 'No rule stands on it: whoever comes to it may have it. It is decided on the way there.'
        : `Every rule holds for ${viewer}, whatever the data.`
    case 'deny':
      return deciding === 0
        ? `Every type behind it denies it to ${viewer}.`
        : `${viewer} never meets ${marked}, whatever the data.`
    default:
      return deciding === 0
        ? 'The types behind it differ, or somebody signs in on the way to it.'
        : `It hangs on ${marked}: on the object, the arguments, or how long ago ${viewer} proved who they are.`
  }
}

/** @param {Cell} decision */
function explainOwner(decision) {
  if (decision === 'none') return 'No rule asks who owns the object.'
  const whom = 'the least role that it is conditional for'
  return decision === 'allow'
    ? `Whoever owns the object may have it, with ${whom}.`
    : `Owning the object is not enough, with ${whom}: more is asked for.`
}

/**
 * What became of a coordinate, in words.
 *
 * @param {Change} change
 */
export function tellChange({ cells, rules }) {
  const told = cells.map(({ role, before, after }) =>
    before === null || after === null ? `${role} ${before ?? after}` : `${role} ${before} → ${after}`,
  )
  const { before, after } = rules
  if (before !== after && before !== null && after !== null)
    told.push(`${before || 'no rule'} became ${after || 'no rule'}`)
  return told.join('; ')
}
