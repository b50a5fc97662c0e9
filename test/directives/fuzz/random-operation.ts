import type { Draw } from './draw.ts'
import type { RandomField, RandomSchema } from './random-schema.ts'

export interface RandomOperation {
  source: string
  variables: Record<string, unknown>
}

const deepest = 4

/** An operation over the schema: with aliases, fragments of every kind, conditions, arguments by value and by variable. */
export function randomOperation(draw: Draw, { composites, unions }: RandomSchema): RandomOperation {
  const kind = draw.pick(['query', 'query', 'mutation'])
  const fragments: string[] = []
  let keys = 0

  const possible = (name: string): string[] => {
    const members = unions.get(name)
    if (members) return [...members]
    return [...composites.values()]
      .filter((type) => type.kind === 'type' && (type.name === name || type.interfaces.includes(name)))
      .map((type) => type.name)
  }
  const conditionsFor = (name: string) =>
    [...composites.keys(), ...unions.keys()].filter(
      (other) =>
        !['Query', 'Mutation'].includes(other) && possible(other).some((type) => possible(name).includes(type)),
    )
  const condition = () => {
    if (!draw.once(5)) return ''
    return draw.pick([
      ' @skip(if: $yes)',
      ' @include(if: $yes)',
      ' @skip(if: $no)',
      ' @include(if: $no)',
      ' @include(if: false)',
      ' @include(if: $maybe)',
    ])
  }
  const input = (depth: number): string => {
    const parts = draw.some(['a: 1', 'a: null', 'b: "x"', 'a: $number', 'deep', 'list'])
    const one = new Map(
      parts.map((part) => {
        const below = depth > 0 ? input(depth - 1) : '{}'
        const text = part === 'deep' ? `deep: ${below}` : part === 'list' ? `list: [${below}]` : part
        return [text.split(':')[0], text]
      }),
    )
    return `{ ${[...one.values()].join(', ')} }`
  }
  const args = (field: RandomField) => {
    if (field.args === '' || draw.once(2)) return ''
    const given = [
      draw.pick(['', 'x: 1', 'x: null', 'x: $number', 'x: $missing']),
      draw.pick(['', `in: ${input(2)}`, 'in: $input', 'in: null']),
    ].filter((each) => each !== '')
    return given.length === 0 ? '' : `(${given.join(', ')})`
  }
  const selectField = (field: RandomField, depth: number): string => {
    const isLeaf = field.type.name === 'String'
    const below = isLeaf ? '' : ` { ${select(field.type.name, depth - 1)} }`
    return `k${keys++}: ${field.name}${args(field)}${condition()}${below}`
  }
  const select = (name: string, depth: number): string => {
    const type = composites.get(name)
    const isRoot = name === 'Query' || name === 'Mutation'
    const parts: string[] = []
    if (!isRoot && draw.once(2)) parts.push('__typename')
    if (!isRoot && type && draw.once(2)) parts.push(draw.pick(['id', 'ownerId']))
    for (const field of type?.fields ?? []) {
      if ((depth > 0 || field.type.name === 'String') && draw.once(2)) parts.push(selectField(field, depth))
    }
    if (name === 'Query' && draw.once(6))
      parts.push(`k${keys++}: look(id: "${draw.pick(['1', 'none'])}") { id ${select('T0', 1)} }`)
    if (name === 'Mutation' && draw.once(8)) parts.push(`k${keys++}: login { id ${select('T0', 1)} }`)
    if (!isRoot && depth > 0) {
      for (const on of draw.some(conditionsFor(name).slice(0, 4))) {
        const set = select(on, depth - 1)
        if (draw.once(2)) parts.push(`... on ${on}${condition()} { ${set} }`)
        else {
          fragments.push(`fragment F${fragments.length} on ${on} { ${set} }`)
          parts.push(`...F${fragments.length - 1}${condition()}`)
        }
      }
    }
    // The same again, as generated clients write it: the executor merges the two.
    if (parts.length > 0 && draw.once(6)) parts.push(draw.pick(parts))
    return parts.length > 0 ? parts.join(' ') : '__typename'
  }

  const set = select(kind === 'query' ? 'Query' : 'Mutation', deepest)
  const all = `${set} ${fragments.join(' ')}`
  const declared = [
    ['$yes', 'Boolean! = true'],
    ['$no', 'Boolean!'],
    // Valid, and null where the client says so: then nothing of the selection can be answered.
    ['$maybe', 'Boolean = true'],
    ['$number', 'Int'],
    ['$missing', 'Int'],
    ['$input', 'In'],
  ].filter(([name]) => new RegExp(`\\${name}\\b`).test(all))
  const variables = {
    no: false,
    maybe: draw.pick([true, true, false, null]),
    number: 7,
    input: draw.pick([{}, { a: 1 }, { a: null, deep: { b: 'b' } }, { list: [{}, { a: 2 }] }, null]),
  }
  return {
    source: `${kind} Random${declared.length > 0 ? `(${declared.map(([name, type]) => `${name}: ${type}`).join(', ')})` : ''} { ${set} } ${fragments.join(' ')}`,
    variables: Object.fromEntries(
      Object.entries(variables).filter(([name]) => declared.some(([each]) => each === `$${name}`)),
    ),
  }
}
