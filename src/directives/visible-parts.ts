import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql'

/** A set of coordinates: types, fields, arguments, input fields, and `Type implements Interface`. */
export type Parts = Set<string>

/**
 * Takes out of a set of coordinates what cannot stand in a valid schema without the rest: fields whose type is gone or
 * that require an argument that is, types without fields, and so on until nothing more falls.
 */
export function settle(schema: GraphQLSchema, permitted: Iterable<string>): Parts {
  const parts = new Set(permitted)
  const checks = [...checksOf(schema, parts)]
  let before: number
  do {
    before = parts.size
    for (const { coordinate, stands } of checks) if (parts.has(coordinate) && !stands()) parts.delete(coordinate)
  } while (parts.size < before)
  return parts
}

export const implementing = (type: { name: string }, ancestor: { name: string }) =>
  `${type.name} implements ${ancestor.name}`

interface Check {
  coordinate: string
  stands(): boolean
}

function* checksOf(schema: GraphQLSchema, parts: Parts): Generator<Check> {
  const hasType = (type: GraphQLNamedType) => parts.has(type.name)

  for (const type of Object.values(schema.getTypeMap())) {
    const { name } = type
    if (isIntrospectionType(type)) continue
    if (isUnionType(type)) {
      parts.add(name)
      yield { coordinate: name, stands: () => type.getTypes().some(hasType) }
    } else if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields())
      const has = (field: GraphQLInputField) => parts.has(`${name}.${field.name}`)
      parts.add(name)
      for (const field of fields)
        yield { coordinate: `${name}.${field.name}`, stands: () => hasType(getNamedType(field.type)) }
      yield {
        coordinate: name,
        stands: () => fields.some(has) && fields.every((field) => has(field) || !isRequiredInputField(field)),
      }
    } else if (isObjectType(type) || isInterfaceType(type)) yield* checksOfFields(schema, type, parts)
    else parts.add(name)
  }
}

function* checksOfFields(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  parts: Parts,
): Generator<Check> {
  const fields = Object.values(type.getFields())
  for (const field of fields) {
    const coordinate = `${type.name}.${field.name}`
    const has = (argument: GraphQLArgument) => parts.has(`${coordinate}(${argument.name}:)`)
    for (const { name, type: argumentType } of field.args)
      yield { coordinate: `${coordinate}(${name}:)`, stands: () => parts.has(getNamedType(argumentType).name) }
    yield {
      coordinate,
      stands: () =>
        parts.has(type.name) &&
        parts.has(getNamedType(field.type).name) &&
        field.args.every((argument) => has(argument) || !isRequiredArgument(argument)),
    }
  }
  for (const ancestor of type.getInterfaces()) {
    parts.add(implementing(type, ancestor))
    yield { coordinate: implementing(type, ancestor), stands: () => conforms(type, ancestor, parts) }
  }
  const implementers = isInterfaceType(type) ? schema.getPossibleTypes(type) : []
  yield {
    coordinate: type.name,
    stands: () =>
      fields.some((field) => parts.has(`${type.name}.${field.name}`)) &&
      (implementers.length === 0 || implementers.some((object) => isOf(object, type, parts))),
  }
}

/** Whether a type still has all that is left of an interface. */
function conforms(
  type: GraphQLObjectType | GraphQLInterfaceType,
  ancestor: GraphQLInterfaceType,
  parts: Parts,
): boolean {
  if (!parts.has(type.name) || !parts.has(ancestor.name)) return false
  return Object.values(ancestor.getFields()).every((field) => {
    if (!parts.has(`${ancestor.name}.${field.name}`)) return true
    const own = type.getFields()[field.name]
    if (!own || !parts.has(`${type.name}.${field.name}`)) return false
    return (
      isOf(getNamedType(own.type), getNamedType(field.type), parts) &&
      field.args.every(
        ({ name }) =>
          !parts.has(`${ancestor.name}.${field.name}(${name}:)`) || parts.has(`${type.name}.${field.name}(${name}:)`),
      )
    )
  })
}

/** Whether a type is another or still one of its kind. */
function isOf(type: GraphQLNamedType, other: GraphQLNamedType, parts: Parts): boolean {
  return type.name === other.name || isUnionType(other) || parts.has(implementing(type, other))
}
