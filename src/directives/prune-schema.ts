import { MapperKind, mapSchema } from '@graphql-tools/utils'
import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfigArgumentMap,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  type GraphQLNamedType,
  GraphQLObjectType,
  type GraphQLSchema,
  GraphQLUnionType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
} from 'graphql'
import { reachableTypes } from './reachable-types.ts'
import { directiveTypeDefs } from './type-defs.ts'
import { implementing, type Parts } from './visible-parts.ts'

const ownDirectives: ReadonlySet<string> = new Set(
  parse(directiveTypeDefs).definitions.flatMap((definition) =>
    definition.kind === Kind.DIRECTIVE_DEFINITION ? [definition.name.value] : [],
  ),
)

/** What stands in the place of a query type of which nothing is left: a schema must have one with a field. */
const nothing = {
  type: GraphQLBoolean,
  description: 'Nothing: this schema has no query that you could be allowed.',
}

/**
 * Gives a schema of these parts alone, and of them only what operations can come to. Without resolvers, this layer's
 * directives, and the SDL that it was built from.
 */
export function pruneSchema(schema: GraphQLSchema, parts: Parts): GraphQLSchema {
  const directives = schema.getDirectives().filter(({ name }) => !ownDirectives.has(name))
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const query = roots[0]?.name
  const reached = reachableTypes(schema, parts, [
    ...roots.filter((type) => type !== null && type !== undefined),
    ...directives.flatMap(({ args }) => args.map(({ type }) => getNamedType(type))),
  ])
  const isEmpty = query !== undefined && !reached.has(query)
  const keepsArguments = (args: GraphQLFieldConfigArgumentMap | undefined, coordinate: string) =>
    Object.fromEntries(
      Object.entries(args ?? {})
        .filter(([name]) => parts.has(`${coordinate}(${name}:)`))
        .map(([name, argument]) => [name, { ...argument, astNode: undefined }]),
    )

  return mapSchema(schema, {
    [MapperKind.TYPE]: (type) => {
      if (isEmpty && type.name === query) return new GraphQLObjectType({ name: query, fields: { nothing } })
      return reached.has(type.name) ? withoutTraces(type, parts) : null
    },
    [MapperKind.COMPOSITE_FIELD]: (config, fieldName, typeName) => {
      const coordinate = `${typeName}.${fieldName}`
      if (isEmpty && typeName === query) return undefined
      if (!parts.has(coordinate)) return null
      const args = keepsArguments('args' in config ? config.args : undefined, coordinate)
      return { ...config, args, resolve: undefined, subscribe: undefined, astNode: undefined }
    },
    [MapperKind.INPUT_OBJECT_FIELD]: (config, fieldName, typeName) =>
      parts.has(`${typeName}.${fieldName}`) ? { ...config, astNode: undefined } : null,
    [MapperKind.DIRECTIVE]: (directive) => (ownDirectives.has(directive.name) ? null : directive),
  })
}

/** A copy of a type that implements and unites only what is left, without the SDL that bears its rules. */
function withoutTraces(type: GraphQLNamedType, parts: Parts): GraphQLNamedType {
  const bare = { astNode: undefined, extensionASTNodes: [] }
  const remains = (ancestor: GraphQLInterfaceType) => parts.has(implementing(type, ancestor))
  if (isObjectType(type)) {
    const config = type.toConfig()
    return new GraphQLObjectType({
      ...config,
      ...bare,
      interfaces: config.interfaces.filter(remains),
      isTypeOf: undefined,
    })
  }
  if (isInterfaceType(type)) {
    const config = type.toConfig()
    return new GraphQLInterfaceType({
      ...config,
      ...bare,
      interfaces: config.interfaces.filter(remains),
      resolveType: undefined,
    })
  }
  if (isUnionType(type)) {
    const config = type.toConfig()
    const types = config.types.filter(({ name }) => parts.has(name))
    return new GraphQLUnionType({ ...config, ...bare, types, resolveType: undefined })
  }
  if (isInputObjectType(type)) return new GraphQLInputObjectType({ ...type.toConfig(), ...bare })
  if (!isEnumType(type)) return type
  const config = type.toConfig()
  const values = Object.entries(config.values).map(([name, value]) => [name, { ...value, astNode: undefined }])
  return new GraphQLEnumType({ ...config, ...bare, values: Object.fromEntries(values) })
}
