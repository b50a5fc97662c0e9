/** Gives a whole number from 0 to `most`. */
export type DrawNumber = (most: number) => number

const roles = ['MEMBER', 'EDITOR', 'ADMIN']
const interfaces = ['I0', 'I1', 'I2']
const objects = ['A', 'B', 'C', 'D']

interface Shape {
  name: string
  implements: string[]
  fields: Map<string, { type: string; argument: string }>
}

/** Writes a schema whose types hang together in many ways, with rules strewn over it. */
export function writeRandomSdl(draw: DrawNumber): string {
  const once = (times: number) => draw(times - 1) === 0
  const pick = (items: readonly string[]) => items[draw(items.length - 1)] ?? 'Int'
  const rule = (open = '') => {
    if (!once(3)) return open
    return once(4)
      ? ' @allow(any: [{ policy: "p", role: EDITOR }, { role: ADMIN }])'
      : ` @hasRole(role: ${pick(roles)})`
  }
  const outputs = ['Int', 'Int', 'U', ...interfaces, ...objects]
  const argument = () => (once(3) ? `(x: ${pick(['Int', 'In', 'More'])}${once(3) ? '!' : ''}${rule()})` : '')
  const wrap = (type: string) => (once(3) ? `[${type}!]!` : type)

  const shapes = new Map<string, Shape>()
  for (const [index, name] of interfaces.entries()) {
    const parents = interfaces.slice(0, index).filter(() => once(2))
    const ancestors = [...new Set(parents.flatMap((parent) => [parent, ...(shapes.get(parent)?.implements ?? [])]))]
    const fields = new Map(ancestors.flatMap((ancestor) => [...(shapes.get(ancestor)?.fields ?? [])]))
    fields.set(`of${name}`, { type: wrap(pick(outputs)), argument: argument() })
    shapes.set(name, { name, implements: ancestors, fields })
  }
  for (const name of objects) {
    const parents = interfaces.filter(() => once(2))
    const ancestors = [...new Set(parents.flatMap((parent) => [parent, ...(shapes.get(parent)?.implements ?? [])]))]
    const fields = new Map(ancestors.flatMap((ancestor) => [...(shapes.get(ancestor)?.fields ?? [])]))
    fields.set(`own${name}`, { type: wrap(pick(outputs)), argument: argument() })
    // A stricter type than the interface's own, where it is the first to implement it.
    for (const [field, { type, argument: taken }] of fields) {
      if (type === 'I0' && ancestors.includes('I0') && once(2)) fields.set(field, { type: name, argument: taken })
    }
    shapes.set(name, { name, implements: ancestors, fields })
  }

  const write = (shape: Shape) => {
    const ancestors = shape.implements.length > 0 ? ` implements ${shape.implements.join(' & ')}` : ''
    const fields = [...shape.fields].map(([name, { type, argument: given }]) => `${name}${given}: ${type}${rule()}`)
    const keyword = interfaces.includes(shape.name) ? 'interface' : 'type'
    const text = `${keyword} ${shape.name}${ancestors}${rule()} { ${fields.join(' ')} }`
    // Rules that nothing would enforce stop the start.
    const isEnforced = keyword === 'type' || objects.some((name) => shapes.get(name)?.implements.includes(shape.name))
    return isEnforced ? text : text.replace(/ @(?:allow|hasRole)\((?:[^()]|\[.*?\])*\)/g, '')
  }
  const roots = outputs.map(
    (type, index) => `${type === 'Int' ? 'leaf' : 'root'}${index}: ${wrap(type)}${rule(' @public')}`,
  )
  return [
    ...[...shapes.values()].map(write),
    `union U = ${objects.filter((name) => name === 'A' || once(2)).join(' | ')}`,
    `input In { a: Int${rule()} b: More${rule()} }`,
    `input More { in: In${rule()} c: Int${once(2) ? '!' : ''}${rule()} }`,
    `type Query { ${roots.join(' ')} takes(in: In): Int @public }`,
  ].join('\n')
}
