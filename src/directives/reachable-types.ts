import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { implementing, type Parts } from './visible-parts.ts'

/** Gives the names of the types that operations can come to from some types, within the parts of a schema. */
export function reachableTypes(schema: GraphQLSchema, parts: Parts, from: readonly GraphQLNamedType[]): Set<string> {
  const reached = new Set<string>()
  const expanded = new Set<string>()

  /** A field of this type can give values of every type that belongs to it. */
  const visit = (type: GraphQLNamedType) => {
    declare(type)
    if (!reached.has(type.name) || expanded.has(type.name)) return
    expanded.add(type.name)
    if (isUnionType(type)) type.getTypes().forEach(visit)
    if (!isInterfaceType(type)) return
    const { objects, interfaces } = schema.getImplementations(type)
    for (const implementer of [...objects, ...interfaces]) {
      if (parts.has(implementing(implementer, type))) visit(implementer)
    }
  }
  /** A type that is named: an interface by those that implement it, say. */
  const declare = (type: GraphQLNamedType) => {
    if (!parts.has(type.name) || reached.has(type.name)) return
    reached.add(type.name)
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        if (parts.has(`${type.name}.${field.name}`)) visit(getNamedType(field.type))
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return
    for (const ancestor of type.getInterfaces()) if (parts.has(implementing(type, ancestor))) declare(ancestor)
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`
      if (!parts.has(coordinate)) continue
      visit(getNamedType(field.type))
      for (const argument of field.args)
        if (parts.has(`${coordinate}(${argument.name}:)`)) visit(getNamedType(argument.type))
    }
  }
  from.forEach(visit)
  return reached
}
