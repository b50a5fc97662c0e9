import type { Viewer } from '../../../src/directives/index.ts'
import { chance, type Draw } from './draw.ts'

/** A rule as the generator knows it, beside its SDL: what another reading of it goes by. */
export interface RandomRule {
  sdl: string
  holds(viewer: Viewer | null, object: RandomObject | null, seed: number): boolean
}

export interface RandomObject {
  __typename: string
  id: string
  ownerId: string
}

export interface RandomField {
  name: string
  type: RandomType
  rules: readonly RandomRule[]
  /** The SDL of its arguments, with their rules. */
  args: string
}

export interface RandomType {
  name: string
  wrapping: (typeof wrappings)[number]
}

export interface RandomComposite {
  kind: 'type' | 'interface'
  name: string
  interfaces: readonly string[]
  rules: readonly RandomRule[]
  fields: readonly RandomField[]
}

export interface RandomSchema {
  sdl: string
  composites: ReadonlyMap<string, RandomComposite>
  unions: ReadonlyMap<string, readonly string[]>
}

export const wrappings = ['?', '?', '?', '!', '[?]', '[?]', '[!]', '[?]!', '[!]!', '[[?]]'] as const

export const now = Date.UTC(2026, 0, 1)
export const viewers: readonly (Viewer | null)[] = [
  null,
  { id: 'member', roles: ['MEMBER'], authenticatedAt: new Date(now) },
  { id: 'editor', roles: ['EDITOR'], authenticatedAt: new Date(now - 3_600_000) },
  { id: 'admin', roles: ['ADMIN'] },
  { id: 'nobody', roles: [] },
  { id: 'token', roles: ['ADMIN'], permissions: ['READ_ALL'] },
]

const included: Record<string, readonly string[]> = {
  MEMBER: ['MEMBER'],
  EDITOR: ['EDITOR', 'MEMBER'],
  ADMIN: ['ADMIN', 'EDITOR', 'MEMBER'],
}
const granted: Record<string, string> = { MEMBER: 'READ_ALL', EDITOR: 'WRITE_ALL', ADMIN: 'MANAGE_ALL' }

const isScoped = (viewer: Viewer | null) => viewer?.permissions !== undefined && viewer?.permissions !== null
const hasRole = (viewer: Viewer | null, role: string) =>
  !isScoped(viewer) && (viewer?.roles ?? []).some((held) => included[held]?.includes(role))
const hasPermission = (viewer: Viewer | null, permission: string) =>
  (viewer?.roles ?? []).some((held) => included[held]?.some((role) => granted[role] === permission)) &&
  (!isScoped(viewer) || viewer?.permissions?.includes(permission) === true)

export const mayAccess = (viewer: Viewer, resource: string, level: string, id: string, seed: number) =>
  chance(seed, 'access', viewer.id, resource, level, id) < 500
export const isOdd = (viewer: Viewer | null, object: { id?: string } | undefined, seed: number) =>
  chance(seed, 'odd', viewer?.id, object?.id) < 500

type Key = RandomRule & { sdl: string }

/** The keys of an `@allow` rule; the same make the other directives. */
function randomKey(draw: Draw, hasObject: boolean): Key {
  const keys: (() => Key)[] = [
    () => {
      const role = draw.pick(['MEMBER', 'EDITOR', 'ADMIN'])
      return { sdl: `role: ${role}`, holds: (viewer) => hasRole(viewer, role) }
    },
    () => {
      const permission = draw.pick(['READ_ALL', 'WRITE_ALL', 'MANAGE_ALL'])
      return { sdl: `permission: ${permission}`, holds: (viewer) => hasPermission(viewer, permission) }
    },
    () => ({ sdl: 'policy: "odd"', holds: (viewer, object, seed) => isOdd(viewer, object ?? undefined, seed) }),
    () => ({ sdl: 'policy: "broken"', holds: () => false }),
    () => ({ sdl: 'owner: "ownerId"', holds: (viewer, object) => viewer !== null && viewer.id === object?.ownerId }),
    () => {
      const level = draw.pick(['READ', 'MANAGE'])
      return {
        sdl: `access: ${level}, resource: "T0"`,
        holds: (viewer, object, seed) =>
          viewer !== null && object !== null && mayAccess(viewer, 'T0', level, object.id, seed),
      }
    },
  ]
  return draw.pick(keys.slice(0, hasObject ? keys.length : 3))()
}

function randomRule(draw: Draw, hasObject: boolean): RandomRule {
  switch (draw.upTo(3)) {
    case 0:
      return { sdl: '@auth', holds: (viewer) => viewer !== null }
    case 1: {
      const isFresh = (viewer: Viewer | null) => now - (viewer?.authenticatedAt?.getTime() ?? 0) <= 60_000
      return {
        sdl: '@auth(maxAge: 60)',
        holds: (viewer) => viewer !== null && !isScoped(viewer) && isFresh(viewer),
      }
    }
    case 2: {
      const key = randomKey(draw, false)
      if (!key.sdl.startsWith('role') && !key.sdl.startsWith('permission'))
        return { sdl: '@auth', holds: (viewer) => viewer !== null }
      return { ...key, sdl: key.sdl.startsWith('role') ? `@hasRole(${key.sdl})` : `@hasPermission(${key.sdl})` }
    }
    default: {
      const ways = Array.from({ length: 1 + draw.upTo(2) }, () => {
        const keys = Array.from({ length: 1 + draw.upTo(1) }, () => randomKey(draw, hasObject))
        // The same key cannot stand twice in one rule.
        return [...new Map(keys.map((key) => [key.sdl.split(':')[0], key])).values()]
      })
      return {
        sdl: `@allow(any: [${ways.map((keys) => `{ ${keys.map(({ sdl }) => sdl).join(', ')} }`).join(', ')}])`,
        holds: (viewer, object, seed) => ways.some((keys) => keys.every((key) => key.holds(viewer, object, seed))),
      }
    }
  }
}

function randomRules(draw: Draw, rarity: number, hasObject: boolean): RandomRule[] {
  const rules: RandomRule[] = []
  while (rules.length < 2 && draw.once(rarity)) rules.push(randomRule(draw, hasObject))
  return rules
}

export const inputSdl = (draw: Draw) => {
  const rule = () =>
    randomRules(draw, 3, false)
      .map(({ sdl }) => sdl)
      .join(' ')
  return `input In { a: Int ${rule()} b: String = "b" ${rule()} deep: In ${rule()} list: [In!] ${rule()} }`
}

export function randomSchema(draw: Draw): RandomSchema {
  const interfaceNames = ['I0', 'I1', 'I2'].slice(0, draw.upTo(3))
  const typeNames = ['T0', 'T1', 'T2', 'T3'].slice(0, 2 + draw.upTo(2))
  const unions = new Map(draw.once(2) ? [['U0', typeNames.slice(0, 1 + draw.upTo(typeNames.length - 1))]] : [])
  const composites = new Map<string, RandomComposite>()

  const implementable = () => interfaceNames.filter((name) => composites.has(name))
  // Whoever implements an interface implements its interfaces too.
  const closed = (names: readonly string[]) => [
    ...new Set(names.flatMap((name) => [name, ...(composites.get(name)?.interfaces ?? [])])),
  ]
  const output = () => draw.pick(['String', 'String', ...typeNames, ...interfaceNames, ...unions.keys()])
  const field = (name: string, isRoot: boolean): RandomField => ({
    name,
    type: { name: output(), wrapping: draw.pick(wrappings) },
    rules: randomRules(draw, 3, !isRoot),
    args: draw.once(3)
      ? `(x: Int ${randomRules(draw, 3, false)
          .map(({ sdl }) => sdl)
          .join(' ')}, in: In)`
      : '',
  })
  const composite = (kind: RandomComposite['kind'], name: string) => {
    const interfaces = closed(draw.some(implementable()))
    const inherited = new Map(
      interfaces.flatMap((ancestor) => composites.get(ancestor)?.fields ?? []).map((each) => [each.name, each]),
    )
    composites.set(name, {
      kind,
      name,
      interfaces,
      rules: randomRules(draw, 4, true),
      fields: [
        // The same field as the interface's, with rules of its own.
        ...[...inherited.values()].map((each) => ({ ...each, rules: randomRules(draw, 4, true) })),
        ...Array.from({ length: 1 + draw.upTo(2) }, (_, index) => field(`${name.toLowerCase()}f${index}`, false)),
      ],
    })
  }
  for (const name of interfaceNames) composite('interface', name)
  for (const name of typeNames) composite('type', name)
  for (const root of ['Query', 'Mutation']) {
    const fields = Array.from({ length: 2 + draw.upTo(2) }, (_, index) => field(`${root.toLowerCase()}${index}`, true))
    composites.set(root, { kind: 'type', name: root, interfaces: [], rules: [], fields })
  }
  return { composites, unions, sdl: print(composites, unions, inputSdl(draw)) }
}

function print(composites: RandomSchema['composites'], unions: RandomSchema['unions'], input: string): string {
  const all = [...composites.values()]
  const types = all.map(({ kind, name, interfaces, rules, fields }) => {
    const isRoot = name === 'Query' || name === 'Mutation'
    // Rules that nothing would enforce stop the start.
    const isImplemented = kind === 'type' || all.some((each) => each.kind === 'type' && each.interfaces.includes(name))
    const rulesOf = (found: readonly RandomRule[]) => (isImplemented ? found.map(({ sdl }) => ` ${sdl}`).join('') : '')
    const ancestors = interfaces.flatMap((ancestor) => composites.get(ancestor) ?? [])
    const isFree = kind === 'type' && [...rules, ...ancestors.flatMap((each) => each.rules)].length === 0
    const inherited = new Set(ancestors.flatMap((each) => each.fields.map((field) => field.name)))
    const lines = fields.map((field) => {
      const isPublic = field.rules.length === 0 && (isRoot || (isFree && !inherited.has(field.name)))
      return `  ${field.name}${isImplemented ? field.args : field.args.replace(/ @.*(?=, in: In)/, '')}: ${printType(field.type)}${rulesOf(field.rules)}${isPublic ? ' @public' : ''}`
    })
    if (!isRoot) lines.unshift('  id: ID', '  ownerId: ID')
    if (name === 'Query') lines.push('  look(id: ID): T0 @public', '  takes(in: In): String @public')
    if (name === 'Mutation') lines.push('  login: T0 @public @signsIn')
    const implementing = interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : ''
    return `${kind} ${name}${implementing}${rulesOf(rules)} {\n${lines.join('\n')}\n}`
  })
  return [...types, ...[...unions].map(([name, members]) => `union ${name} = ${members.join(' | ')}`), input].join('\n')
}

export function printType({ name, wrapping }: RandomType): string {
  return wrapping.includes('?') ? wrapping.replace('?', name) : wrapping.replace('!', `${name}!`)
}
