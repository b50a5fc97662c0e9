import fc from 'fast-check'

/** Where random choices come from: fast-check's, so that a failure can be shrunk and run again. */
export interface Draw {
  /** A whole number from 0 to `most`. */
  upTo(most: number): number
  /** True once in `times`. */
  once(times: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** Some of the items, in order. */
  some<Item>(items: readonly Item[]): Item[]
}

export function createDraw(generate: fc.GeneratorValue): Draw {
  const upTo = (most: number) => (most <= 0 ? 0 : generate(fc.nat, { max: most }))
  return {
    upTo,
    once: (times) => upTo(times - 1) === 0,
    pick(items) {
      const item = items[upTo(items.length - 1)]
      if (item === undefined) throw new Error('there is nothing to pick from')
      return item
    },
    some: (items) => items.filter(() => upTo(1) === 0),
  }
}

/** A number from 0 to 999 that looks random and is the same each time for the same parts. */
export function chance(...parts: readonly unknown[]): number {
  let hash = 2_166_136_261
  for (const character of parts.join('|')) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619)
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507)
  return (hash >>> 8) % 1000
}
