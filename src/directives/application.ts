import {
  type ConstDirectiveNode,
  DirectiveLocation,
  type GraphQLSchema,
  getArgumentValues,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  KnownArgumentNamesRule,
  ProvidedRequiredArgumentsRule,
  TypeInfo,
  ValidationContext,
  ValuesOfCorrectTypeRule,
  visit,
  visitInParallel,
  visitWithTypeInfo,
} from 'graphql'

/** One directive where it stands in the SDL. */
export interface Application {
  /** The schema coordinate of the element that bears it. */
  coordinate: string
  location: DirectiveLocation
  /** The names on the way to the element: type, then field or enum value, then argument. */
  names: readonly [string, ...string[]]
  node: ConstDirectiveNode
}

interface Bearer {
  astNode?: { directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined
  extensionASTNodes?: readonly { directives?: readonly ConstDirectiveNode[] | undefined }[] | undefined
}

/** Gives every directive application in the SDL that the schema was built from, extensions included. */
export function applicationsOf(schema: GraphQLSchema): Application[] {
  const found: Application[] = []
  const take = (bearer: Bearer, coordinate: string, location: DirectiveLocation, ...names: [string, ...string[]]) => {
    for (const node of [bearer.astNode, ...(bearer.extensionASTNodes ?? [])]) {
      for (const directive of node?.directives ?? []) found.push({ coordinate, location, names, node: directive })
    }
  }
  take(schema, 'schema', DirectiveLocation.SCHEMA, 'schema')
  for (const directive of schema.getDirectives()) {
    for (const argument of directive.args) {
      take(
        argument,
        `@${directive.name}(${argument.name}:)`,
        DirectiveLocation.ARGUMENT_DEFINITION,
        directive.name,
        argument.name,
      )
    }
  }
  for (const type of Object.values(schema.getTypeMap())) {
    const { name } = type
    if (name.startsWith('__')) continue
    if (isObjectType(type) || isInterfaceType(type)) {
      take(type, name, isObjectType(type) ? DirectiveLocation.OBJECT : DirectiveLocation.INTERFACE, name)
      for (const field of Object.values(type.getFields())) {
        const coordinate = `${name}.${field.name}`
        take(field, coordinate, DirectiveLocation.FIELD_DEFINITION, name, field.name)
        for (const argument of field.args) {
          take(
            argument,
            `${coordinate}(${argument.name}:)`,
            DirectiveLocation.ARGUMENT_DEFINITION,
            name,
            field.name,
            argument.name,
          )
        }
      }
    } else if (isInputObjectType(type)) {
      take(type, name, DirectiveLocation.INPUT_OBJECT, name)
      for (const field of Object.values(type.getFields())) {
        take(field, `${name}.${field.name}`, DirectiveLocation.INPUT_FIELD_DEFINITION, name, field.name)
      }
    } else if (isEnumType(type)) {
      take(type, name, DirectiveLocation.ENUM, name)
      for (const value of type.getValues())
        take(value, `${name}.${value.name}`, DirectiveLocation.ENUM_VALUE, name, value.name)
    } else {
      take(type, name, isUnionType(type) ? DirectiveLocation.UNION : DirectiveLocation.SCALAR, name)
    }
  }
  return found
}

/**
 * Says what is wrong with an application's arguments. graphql itself does not check them in SDL: misspelt enum values,
 * unknown keys and values of another type pass there.
 */
export function faultsOfArguments(schema: GraphQLSchema, node: ConstDirectiveNode): string[] {
  const faults: string[] = []
  const typeInfo = new TypeInfo(schema)
  const context = new ValidationContext(schema, { kind: 'Document' as never, definitions: [] }, typeInfo, (fault) => {
    faults.push(fault.message)
  })
  const rules = [KnownArgumentNamesRule, ProvidedRequiredArgumentsRule, ValuesOfCorrectTypeRule]
  visit(node, visitWithTypeInfo(typeInfo, visitInParallel(rules.map((rule) => rule(context)))))
  return faults
}

/** Gives an application's arguments as values; call it on those without {@link faultsOfArguments}. */
export function argumentsOf(schema: GraphQLSchema, node: ConstDirectiveNode): Record<string, unknown> {
  const directive = schema.getDirective(node.name.value)
  return directive ? getArgumentValues(directive, node) : {}
}
