import {
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isIntrospectionType,
  isNullableType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'
import type { Place } from './input-values.ts'
import type { RuleReading } from './rule-reading.ts'
import type { RuleText } from './rule-text.ts'

/** A coordinate that bears or inherits a rule. Interfaces have none of their own: their rules are their implementers'. */
export type GuardedCoordinate = {
  coordinate: string
  /** With those of its type, and of an argument's field. */
  rules: readonly RuleText[]
} & (
  | { kind: 'object'; type: GraphQLObjectType }
  | { kind: 'field'; type: GraphQLObjectType; fieldName: string }
  | { kind: 'input'; uses: InputUse[] }
)

/** A place in a field's arguments where a guarded argument or input field can be given. */
export interface InputUse {
  type: GraphQLObjectType
  fieldName: string
  place: Place
  isNullable: boolean
  isOptional: boolean
}

/** How often an input type may stand inside itself on the way to a place. */
const nestings = 2

/** Finds every guarded coordinate of a schema. */
export function guardedCoordinates(schema: GraphQLSchema, rules: RuleReading): GuardedCoordinate[] {
  const found: GuardedCoordinate[] = []
  const inputFields = new Map<string, GuardedCoordinate & { kind: 'input' }>()

  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue
    const ofObject = rules.ofObject(type.name)
    if (ofObject.length > 0) found.push({ coordinate: type.name, kind: 'object', type, rules: ofObject })
    for (const { name: fieldName, args } of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${fieldName}`
      const ofField = [...ofObject, ...rules.ofField(type.name, fieldName)]
      if (ofField.length > 0) found.push({ coordinate, kind: 'field', type, fieldName, rules: ofField })
      for (const argument of args) {
        const at = { type, fieldName, place: [argument.name] }
        const ofArgument = rules.ofArgument(type.name, fieldName, argument.name)
        if (ofArgument.length > 0) {
          const use = { ...at, isNullable: isNullableType(argument.type), isOptional: !isRequiredArgument(argument) }
          found.push({
            coordinate: `${coordinate}(${argument.name}:)`,
            kind: 'input',
            uses: [use],
            rules: [...ofField, ...ofArgument],
          })
        }
        for (const { coordinate, rules: ofInput, ...inside } of placesIn(argument.type, at.place, rules, [])) {
          const known = inputFields.get(coordinate) ?? { coordinate, kind: 'input', uses: [], rules: ofInput }
          inputFields.set(coordinate, known)
          known.uses.push({ ...at, ...inside })
        }
      }
    }
  }
  return [...found, ...inputFields.values()]
}

type InputPlace = Pick<InputUse, 'place' | 'isNullable' | 'isOptional'> & {
  coordinate: string
  rules: readonly RuleText[]
}

function* placesIn(
  type: GraphQLInputType,
  place: Place,
  rules: RuleReading,
  above: readonly string[],
): Generator<InputPlace> {
  const named = getNamedType(type)
  if (!isInputObjectType(named) || above.filter((name) => name === named.name).length >= nestings) return
  for (const field of Object.values(named.getFields())) {
    const inner = [...place, field.name]
    const ofInput = rules.ofInputField(named.name, field.name)
    if (ofInput.length > 0) {
      yield {
        rules: ofInput,
        coordinate: `${named.name}.${field.name}`,
        place: inner,
        // One of @oneOf must be given, and given a value.
        isNullable: isNullableType(field.type) && !named.isOneOf,
        isOptional: !isRequiredInputField(field) && (!named.isOneOf || Object.keys(named.getFields()).length > 1),
      }
    }
    yield* placesIn(field.type, inner, rules, [...above, named.name])
  }
}
