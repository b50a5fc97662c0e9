import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql'
import type { ElementKind } from './access-row.ts'
import type { Policy } from './compile.ts'
import type { Requirement } from './rule.ts'

/** An element of a schema that can bear rules. */
export interface Coordinate {
  coordinate: string
  kind: ElementKind
  /** The type in which it stands. */
  typeName: string
  /**
   * What must hold to come by it, with the rules of its type and its field. An interface's element has one for each
   * object type that implements it: they can be stricter.
   */
  ways: readonly Requirement[]
}

/** Gives every element of a schema that can bear rules, whether or not it does; introspection is not one. */
export function* coordinatesOf(schema: GraphQLSchema, { requirements }: Policy): Generator<Coordinate> {
  const rulesOf = (coordinate: string) => requirements.get(coordinate) ?? []

  for (const type of Object.values(schema.getTypeMap())) {
    const { name: typeName } = type
    if (isIntrospectionType(type)) continue
    if (isInputObjectType(type)) {
      for (const field of Object.keys(type.getFields())) {
        const coordinate = `${typeName}.${field}`
        yield { coordinate, kind: 'input field', typeName, ways: [rulesOf(coordinate)] }
      }
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    const concrete = concreteTypes(schema, type)
    yield { coordinate: typeName, kind: 'type', typeName, ways: concrete.map(rulesOf) }
    for (const field of Object.values(type.getFields())) {
      const waysTo = (...parts: string[]) =>
        concrete.map((name) => [name, ...parts.map((part) => `${name}${part}`)].flatMap(rulesOf))
      const part = `.${field.name}`
      yield { coordinate: `${typeName}${part}`, kind: 'field', typeName, ways: waysTo(part) }
      for (const { name } of field.args) {
        const argument = `${part}(${name}:)`
        yield { coordinate: `${typeName}${argument}`, kind: 'argument', typeName, ways: waysTo(part, argument) }
      }
    }
  }
}

function concreteTypes(schema: GraphQLSchema, type: GraphQLObjectType | GraphQLInterfaceType): string[] {
  if (isObjectType(type)) return [type.name]
  const names = schema.getImplementations(type).objects.map(({ name }) => name)
  return names.length > 0 ? names : [type.name]
}
