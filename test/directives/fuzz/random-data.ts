import type { IResolvers } from '@graphql-tools/utils'
import { chance } from './draw.ts'
import { printType, type RandomObject, type RandomSchema } from './random-schema.ts'

export interface DataContext {
  seed: number
  /** Whether values may be missing, late or faulty. */
  isRough: boolean
}

/** What a guarded value looks like: it tells where it comes from. */
export const provenance = /^(\w+)\.(\w+)#(\w*)#(\w*)$/

const owners = ['member', 'editor', 'admin', 'nobody', 'token', 'other']

/** Resolvers that answer the same each time: what, depends on the field, its object and the seed alone. */
export function randomResolvers({ composites, unions }: RandomSchema): IResolvers<RandomObject, DataContext> {
  const possible = (name: string) =>
    unions.get(name) ??
    [...composites.values()]
      .filter((type) => type.kind === 'type' && (type.name === name || type.interfaces.includes(name)))
      .map((type) => type.name)

  const makeObject = (typeName: string, seed: number, ...parts: unknown[]): RandomObject | null => {
    const types = possible(typeName)
    // An interface that nobody implements has no objects.
    if (types.length === 0) return null
    return {
      __typename: types[chance(seed, 'type', ...parts) % types.length] ?? typeName,
      id: String(chance(seed, 'id', ...parts)),
      ownerId: owners[chance(seed, 'owner', ...parts) % owners.length] ?? '',
    }
  }
  const resolvers: IResolvers<RandomObject, DataContext> = {}
  for (const { kind, name, fields } of composites.values()) {
    if (kind === 'interface') continue
    const ofType: Record<string, unknown> = {}
    for (const field of fields) {
      const coordinate = `${name}.${field.name}`
      ofType[field.name] = (object: RandomObject | undefined, _: unknown, { seed, isRough }: DataContext) => {
        const isOff = (what: string, thousandths: number, ...parts: unknown[]) =>
          isRough && chance(seed, what, coordinate, object?.id, ...parts) < thousandths
        const value = (type: string, ...at: unknown[]): unknown => {
          if (isOff('null', 60, ...at)) return null
          if (type.endsWith('!')) return value(type.slice(0, -1), ...at)
          if (type.startsWith('[')) {
            const length = isRough ? chance(seed, 'length', coordinate, object?.id, ...at) % 4 : 2
            return Array.from({ length }, (_, index) => {
              const item = value(type.slice(1, -1), ...at, index)
              return isOff('late', 150, ...at, index) ? Promise.resolve(item) : item
            })
          }
          if (type === 'String') return `${coordinate}#${object?.id ?? ''}#${object?.ownerId ?? ''}`
          return makeObject(type, seed, coordinate, object?.id, ...at)
        }
        if (isOff('fault', 40)) throw new Error(`${coordinate} is broken`)
        const result = value(printType(field.type))
        return isOff('late', 200) ? Promise.resolve(result) : result
      }
    }
    resolvers[name] = ofType as never
  }
  Object.assign(resolvers.Query ?? {}, {
    look: (_: unknown, { id }: { id: string }, { seed }: DataContext) =>
      id === 'none' ? null : makeObject('T0', seed, id),
  })
  Object.assign(resolvers.Mutation ?? {}, {
    login: (_: unknown, __: unknown, context: DataContext & { established?: unknown }) => {
      context.established = { id: 'member', roles: ['MEMBER'], authenticatedAt: new Date(0) }
      return makeObject('T0', context.seed, 'login')
    },
  })
  return resolvers
}
