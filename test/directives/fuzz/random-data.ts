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

/**
 * Resolvers that answer the same each time: what, depends on the field, its object and the seed alone. Some fields have
 * none, and are properties of their objects: values, promises, methods and getters.
 */
export function randomResolvers(
  { composites, unions }: RandomSchema,
  schemaSeed: number,
): IResolvers<RandomObject, DataContext> {
  const possible = (name: string) =>
    unions.get(name) ??
    [...composites.values()]
      .filter((type) => type.kind === 'type' && (type.name === name || type.interfaces.includes(name)))
      .map((type) => type.name)

  const isProperty = (coordinate: string) => chance(schemaSeed, 'property', coordinate) < 300

  const makeObject = (typeName: string, context: DataContext, ...parts: unknown[]): RandomObject | null => {
    const { seed } = context
    const types = possible(typeName)
    // An interface that nobody implements has no objects.
    if (types.length === 0) return null
    const object: RandomObject = {
      __typename: types[chance(seed, 'type', ...parts) % types.length] ?? typeName,
      id: String(chance(seed, 'id', ...parts)),
      ownerId: owners[chance(seed, 'owner', ...parts) % owners.length] ?? '',
    }
    for (const { name, type } of composites.get(object.__typename)?.fields ?? []) {
      const coordinate = `${object.__typename}.${name}`
      if (!isProperty(coordinate)) continue
      const answer = () => answerOf(coordinate, printType(type), object, context)
      const kind = chance(seed, 'kind', coordinate, object.id) % 3
      // As late as they are asked for: objects lead to objects without end.
      if (kind === 0)
        Object.assign(object, { [name]: (_: unknown, given: DataContext) => given === context && answer() })
      else Object.defineProperty(object, name, { get: answer, enumerable: true })
    }
    return object
  }

  const answerOf = (coordinate: string, type: string, object: RandomObject | undefined, context: DataContext) => {
    const { seed, isRough } = context
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
      return makeObject(type, context, coordinate, object?.id, ...at)
    }
    if (isOff('fault', 40)) throw new Error(`${coordinate} is broken`)
    const result = value(type)
    return isOff('late', 200) ? Promise.resolve(result) : result
  }

  const resolvers: IResolvers<RandomObject, DataContext> = {}
  for (const { kind, name, fields } of composites.values()) {
    if (kind === 'interface') continue
    const ofType: Record<string, unknown> = {}
    for (const field of fields) {
      const coordinate = `${name}.${field.name}`
      if (name !== 'Query' && name !== 'Mutation' && isProperty(coordinate)) continue
      ofType[field.name] = (object: RandomObject | undefined, _: unknown, context: DataContext) =>
        answerOf(coordinate, printType(field.type), object, context)
    }
    resolvers[name] = ofType as never
  }
  Object.assign(resolvers.Query ?? {}, {
    look: (_: unknown, { id }: { id: string }, context: DataContext) =>
      id === 'none' ? null : makeObject('T0', context, id),
  })
  Object.assign(resolvers.Mutation ?? {}, {
    login: (_: unknown, __: unknown, context: DataContext & { established?: unknown }) => {
      context.established = { id: 'member', roles: ['MEMBER'], authenticatedAt: new Date(0) }
      return makeObject('T0', context, 'login')
    },
  })
  return resolvers
}
