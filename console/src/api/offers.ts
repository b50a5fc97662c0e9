import type { OfferedQuery } from '../__generated__/offered.ts'

/** What the schema has for whoever is in front of it. */
export interface Offers {
  /** Whether the server tells its schema: where it does not, there is nothing to choose from. */
  told: boolean
  /** Whether their roles may ever use this: `Mutation.shareDocument`, `Query.users(search:)`, `User.suspended`. */
  has(coordinate: string): boolean
  /** The values of an enum, with what they mean. */
  valuesOf(enumName: string): readonly { name: string; description: string }[]
}

/** Where the server tells nobody its schema, everything is offered, and a denial tells what is not for one. */
export const everything: Offers = { told: false, has: () => true, valuesOf: () => [] }

export function offersOf({ __schema: { types } }: OfferedQuery): Offers {
  const coordinates = new Set<string>()
  const values = new Map<string, { name: string; description: string }[]>()
  for (const { name: type, fields, enumValues } of types) {
    for (const { name, args } of fields ?? []) {
      coordinates.add(`${type}.${name}`)
      for (const arg of args) coordinates.add(`${type}.${name}(${arg.name}:)`)
    }
    if (type !== null && enumValues)
      values.set(
        type,
        enumValues.map(({ name, description }) => ({ name, description: description ?? '' })),
      )
  }
  return { told: true, has: (coordinate) => coordinates.has(coordinate), valuesOf: (name) => values.get(name) ?? [] }
}
