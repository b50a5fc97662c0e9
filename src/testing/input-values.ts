import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLScalarType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'

/** A place in arguments: the argument's name, then input fields. Lists on the way are not named. */
export type Place = readonly string[]

/** How a place is filled, beside what is required anyway. */
export interface Provision {
  place: Place
  as: 'value' | 'null' | 'absent'
}

/** What arguments are made of. */
export interface ArgumentRecipe {
  /** Places that data rules read: they get an id. */
  readings: readonly Place[]
  idAt(place: Place): string
  provision?: Provision | undefined
  /** Values for scalars of the schema's own, by name. */
  scalars: Readonly<Record<string, unknown>>
  /** Values for arguments, by schema coordinate. */
  given?: ((coordinate: string) => unknown) | undefined
}

/** Makes arguments for a field, as a client sends them: those that are required, those that rules read, those wanted. */
export function makeArguments(
  coordinate: string,
  args: readonly GraphQLArgument[],
  recipe: ArgumentRecipe,
): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const argument of args) {
    const place = [argument.name]
    const { provision } = recipe
    const isMade = provision?.place[0] === argument.name && (provision.as !== 'value' || provision.place.length > 1)
    const given = isMade ? undefined : recipe.given?.(`${coordinate}(${argument.name}:)`)
    if (given !== undefined) made[argument.name] = given
    else if (isWanted(place, isRequiredArgument(argument), recipe))
      made[argument.name] = makeValue(argument.type, place, recipe, [])
  }
  return made
}

function isWanted(place: Place, isRequired: boolean, { readings, provision }: ArgumentRecipe): boolean {
  if (provision && isSame(provision.place, place)) return provision.as !== 'absent'
  return isRequired || [...readings, provision?.place ?? []].some((wanted) => startsWith(wanted, place))
}

function makeValue(type: GraphQLInputType, place: Place, recipe: ArgumentRecipe, above: readonly string[]): unknown {
  if (isNonNullType(type)) return makeValue(type.ofType, place, recipe, above)
  const { provision } = recipe
  if (provision?.as === 'null' && isSame(provision.place, place)) return null
  if (isListType(type)) {
    const item = makeValue(type.ofType, place, recipe, above)
    // An input type that holds a list of itself ends there.
    return item === undefined ? [] : [item, item]
  }
  if (!isInputObjectType(type)) {
    return recipe.readings.some((reading) => isSame(reading, place))
      ? asId(type, recipe.idAt(place))
      : sampleInput(type, recipe)
  }
  // A circle goes on only where a place asks for it.
  const isAskedFor = startsWith(provision?.place ?? [], place)
  if (above.includes(type.name) && !isAskedFor) return undefined
  const fields = Object.values(type.getFields())
  const wanted = fields.filter((field) => isWanted([...place, field.name], isRequiredInputField(field), recipe))
  const fallback = provision?.as === 'absent' ? fields.filter(({ name }) => provision.place.at(-1) !== name) : fields
  const chosen = type.isOneOf ? [...wanted, ...fallback].slice(0, 1) : wanted
  return Object.fromEntries(
    chosen.map((field) => [
      field.name,
      makeValue(field.type, [...place, field.name], recipe, [...above, type.name]) ?? null,
    ]),
  )
}

function asId(type: GraphQLLeafType, id: string): unknown {
  return type.name === 'Int' || type.name === 'Float' ? Number(id) : id
}

/** Values that most scalars take at least one of. */
const candidates: readonly unknown[] = [
  'sample',
  1,
  true,
  '2026-01-31T09:30:00.000Z',
  '2026-01-31',
  '09:30:00Z',
  'sample@example.com',
  'https://example.com/',
  '00000000-0000-4000-8000-000000000000',
  '203.0.113.7',
  '1',
  {},
]
const specified: Readonly<Record<string, unknown>> = { Int: 1, Float: 1, Boolean: true, String: 'sample', ID: 'sample' }

function sampleInput(type: GraphQLLeafType, { scalars }: ArgumentRecipe): unknown {
  return isEnumType(type)
    ? type.getValues()[0]?.name
    : sample(type, scalars, (value) => type.parseValue(value) !== undefined)
}

/** Gives a value that a leaf type's result can have. */
export function sampleOutput(type: GraphQLLeafType, scalars: Readonly<Record<string, unknown>>): unknown {
  return isEnumType(type)
    ? type.getValues()[0]?.value
    : sample(type, scalars, (value) => (type.serialize(value) ?? null) !== null)
}

function sample(
  { name, description }: GraphQLScalarType,
  scalars: Readonly<Record<string, unknown>>,
  fits: (value: unknown) => boolean,
): unknown {
  if (name in scalars) return scalars[name]
  if (name in specified) return specified[name]
  const found = [...candidates, new Date(0)].find((value) => {
    try {
      return fits(value)
    } catch {
      return false
    }
  })
  if (found === undefined) {
    throw new TypeError(
      `options.scalars.${name} should be a value of this scalar: the kit knows none (${description ?? 'it has no description'})`,
    )
  }
  return found
}

/** Writes a value as a client would in the text of an operation. */
export function printLiteral(value: unknown, type: GraphQLInputType): string {
  if (value === null || value === undefined) return 'null'
  if (isNonNullType(type)) return printLiteral(value, type.ofType)
  if (isListType(type)) {
    return Array.isArray(value)
      ? `[${value.map((item) => printLiteral(item, type.ofType)).join(', ')}]`
      : printLiteral(value, type.ofType)
  }
  if (isInputObjectType(type)) {
    const fields = Object.entries(value).flatMap(([name, inner]) => {
      const field = type.getFields()[name]
      return field ? [`${name}: ${printLiteral(inner, field.type)}`] : []
    })
    return `{ ${fields.join(', ')} }`
  }
  return isEnumType(type) ? String(value) : printPlain(value)
}

/** Of a scalar's value nothing is known but that it came as JSON. */
function printPlain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printPlain).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${printPlain(inner)}`)
    .join(', ')} }`
}

function isSame(one: Place, other: Place): boolean {
  return one.length === other.length && startsWith(one, other)
}

function startsWith(place: Place, start: Place): boolean {
  return start.every((name, index) => place[index] === name)
}
