import type { GraphQLAbstractType, GraphQLObjectType, GraphQLSchema } from 'graphql'
import type { Viewer } from '../directives/index.ts'
import { possibleTypes } from './approaches.ts'
import type { RuleReading } from './rule-reading.ts'
import { type DataQuestion, questionsOf, type RuleText } from './rule-text.ts'
import type { Way } from './way.ts'

/** What is so of an object or of arguments: whose they are, and whether an access control list or a policy lets the viewer. */
export interface Pole {
  isOwn: boolean
  isGranted: boolean
  /** The one thing that is so, where nothing else is. */
  only?: DataQuestion
}

/** What is so on the way to a coordinate, and at it: where the field under test and the object that has it stand. */
export interface World {
  name: string
  above: Pole
  at: Pole
}

const everything: Pole = { isOwn: true, isGranted: true }
const nothing: Pole = { isOwn: false, isGranted: false }

/** The worlds in which every way is tried. In lists the first item is what is said here, the others are the viewer's. */
export const poles: readonly World[] = [
  { name: 'everything is the viewer’s', above: everything, at: everything },
  { name: 'what it leads to is a stranger’s', above: everything, at: nothing },
]

/** Those in which one way to a coordinate is tried besides: of all that its rules ask just one thing is so. */
export function worldsOf(rules: readonly RuleText[]): World[] {
  const only = questionsOf(rules).map((question) => ({ isOwn: false, isGranted: false, only: question }))
  return [
    { name: 'everything is a stranger’s', above: nothing, at: nothing },
    ...only.map((pole) => ({ name: `nothing holds but ${JSON.stringify(pole.only)}`, above: pole, at: pole })),
  ]
}

/** The ids of those who are never the viewer. */
export const strangerId = '9001'
const grantedId = '9002'

/** One operation as one viewer in one world. */
export interface Trial {
  way: Way
  world: World
  /** Who asks. */
  viewer: Viewer | null
  /** Whom a `@signsIn` field on the way makes the viewer. */
  established: Viewer | null
}

/** A place in the response: the names are the way's, the numbers those of list items. */
export type ResponsePath = readonly (string | number)[]

/** How many items lists have. */
export const listLength = 2

/** What is so of the object at a place. */
export function poleAt({ way, world }: Trial, path: ResponsePath): Pole {
  return depthOf(path) >= way.hops.length - 1 && offsetOf(path) === 0 ? world.at : world.above
}

/** The type of the object at a place: the first of a list is the one that the way goes on from, the next are others. */
export function runtimeType(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLAbstractType,
  { way }: Trial,
  path: ResponsePath,
): string {
  const types = possibleTypes(schema, type)
  const wanted = types.findIndex((possible) => possible.name === way.hops[depthOf(path)]?.type.name)
  return types[(Math.max(wanted, 0) + offsetOf(path)) % types.length]?.name ?? type.name
}

/** Who decides on what stands at this depth. */
export function viewerAt({ way, viewer, established }: Trial, rules: RuleReading, depth: number): Viewer | null {
  const [root] = way.hops
  const isBelow = depth > 0 && root?.field && rules.isSigningIn(root.type.name, root.field.name)
  return isBelow ? (established ?? viewer) : viewer
}

function depthOf(path: ResponsePath): number {
  return path.filter((key) => typeof key === 'string').length
}

function offsetOf(path: ResponsePath): number {
  return path.reduce((sum: number, key) => (typeof key === 'number' ? sum + key : sum), 0)
}

/** What is so of the arguments of a hop. */
export function poleOfArguments({ way, world }: Trial, hop: number): Pole {
  return hop === way.hops.length - 1 ? world.at : world.above
}

/** The id that stands where rules read one. */
export function idAt({ isOwn, only }: Pole, viewer: Viewer | null, path: string): string {
  const isAsked = only && only.kind !== 'policy' && only.path === path
  if (isAsked && only.kind === 'access') return grantedId
  return isOwn || isAsked ? (viewer?.id ?? strangerId) : strangerId
}

/** Whether an access control list lets the viewer have what has this id. */
export function isGranted(
  { world: { above, at } }: Trial,
  viewer: Viewer | null,
  { resource, level, id }: { resource: string; level: string; id: string },
): boolean {
  const { only } = at
  if (only?.kind === 'access') return id === grantedId && only.resource === resource && only.level === level
  return id === viewer?.id && (above.isGranted || at.isGranted)
}

/** Whether a policy lets the viewer. */
export function isLetBy({ isGranted, only }: Pole, policy: string): boolean {
  return isGranted || (only?.kind === 'policy' && only.name === policy)
}
