import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql'

import { dataPaths, type Home, listOf, questionsOf, type RuleText, readers, textOf, type Values } from './rule-text.ts'

/**
 * The rules of a schema, read from its SDL a second time: the kit would prove nothing if it took its expectations from
 * the code that it tests.
 */
export interface RuleReading {
  /** Rules on a type and its interfaces; a root type has none, its fields have them. */
  ofObject(typeName: string): readonly RuleText[]
  ofField(typeName: string, fieldName: string): readonly RuleText[]
  ofArgument(typeName: string, fieldName: string, argumentName: string): readonly RuleText[]
  ofInputField(typeName: string, fieldName: string): readonly RuleText[]
  /** Where rules on a type and on its fields read from its objects. */
  objectPaths(typeName: string): readonly string[]
  isSigningIn(typeName: string, fieldName: string): boolean
  isRoot(typeName: string): boolean
  roles: ReadonlyMap<string, RoleText>
  /** The names of all policies that rules ask. */
  policies: readonly string[]
  /** Every `maxAge` there is, in seconds. */
  ages: readonly number[]
}

/** What a role's `@grants` says. */
export interface RoleText {
  permissions: readonly string[]
  includes: readonly string[]
}

interface Bearer {
  astNode?: { directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined
  extensionASTNodes?: readonly { directives?: readonly ConstDirectiveNode[] | undefined }[] | undefined
}

/** Reads every rule in a schema's SDL. */
export function readRules(schema: GraphQLSchema): RuleReading {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
  const isRoot = (name: string) => [...roots].some((type) => type?.name === name)

  function applications(bearer: Bearer | undefined): { name: string; values: Values }[] {
    const nodes = [bearer?.astNode, ...(bearer?.extensionASTNodes ?? [])].flatMap((node) => node?.directives ?? [])
    return nodes.flatMap((node) => {
      const directive = schema.getDirective(node.name.value)
      return directive ? [{ name: directive.name, values: getArgumentValues(directive, node) }] : []
    })
  }
  function rules(bearer: Bearer | undefined, home: Home): RuleText[] {
    return applications(bearer).flatMap(({ name, values }) => {
      const read = readers[name]
      return read ? [{ any: read(values, home) }] : readTarget(name, values)
    })
  }
  /**
   * `@reads`: of a type's rules what the viewer alone decides; of a field's the ways that nothing else decides. Of an
   * interface those of all that implement it.
   */
  function readTarget(name: string, values: Values): RuleText[] {
    if (name !== 'reads') return []
    const [typeName = '', fieldName = ''] = textOf(values.field).split('.')
    const type = schema.getType(typeName)
    const implementers = isInterfaceType(type) ? schema.getPossibleTypes(type) : []
    return [typeName, ...implementers.map((implementer) => implementer.name)].flatMap((each) => [
      ...ofObject(each).map(({ any }) => ({ any: any.map((keys) => ({ ...keys, asks: [] })) })),
      ...ofField(each, fieldName).map(({ any }) => ({ any: any.filter(({ asks }) => asks.length === 0) })),
    ])
  }
  function lineage(typeName: string) {
    const type = schema.getType(typeName)
    return isObjectType(type) || isInterfaceType(type) ? [type, ...type.getInterfaces()] : []
  }
  function fieldOf(typeName: string, fieldName: string) {
    return lineage(typeName).flatMap((type) => type.getFields()[fieldName] ?? [])
  }
  const ofType = (typeName: string, id: string) =>
    lineage(typeName).flatMap((type) => rules(type, { id, resource: type.name }))
  const ofObject = (typeName: string) => (isRoot(typeName) ? [] : ofType(typeName, 'id'))
  const ofField = (typeName: string, fieldName: string) => [
    ...(isRoot(typeName) ? ofType(typeName, 'args.id') : []),
    ...fieldOf(typeName, fieldName).flatMap((field) =>
      rules(field, { id: isRoot(typeName) ? 'args.id' : 'id', resource: '' }),
    ),
  ]
  const ofArguments: Home = { id: 'args.id', resource: '' }
  const ofArgument = (typeName: string, fieldName: string, name: string) =>
    fieldOf(typeName, fieldName)
      .flatMap(({ args }) => args.filter((argument) => argument.name === name))
      .flatMap((argument) => rules(argument, ofArguments))
  const ofInputField = (typeName: string, fieldName: string) => {
    const type = schema.getType(typeName)
    return isInputObjectType(type) ? rules(type.getFields()[fieldName], ofArguments) : []
  }
  const signingIn = remember((typeName: string, fieldName: string) =>
    fieldOf(typeName, fieldName).some((field) => applications(field).some(({ name }) => name === 'signsIn')),
  )
  function* everyRule(): Generator<RuleText> {
    for (const type of Object.values(schema.getTypeMap())) {
      yield* ofType(type.name, 'id')
      for (const field of isInputObjectType(type) ? Object.keys(type.getFields()) : [])
        yield* ofInputField(type.name, field)
      for (const field of isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []) {
        yield* ofField(type.name, field.name)
        for (const { name } of field.args) yield* ofArgument(type.name, field.name, name)
      }
    }
  }
  const roleType = schema.getType('Role')

  return {
    ofObject: remember(ofObject),
    ofField: remember(ofField),
    ofArgument: remember(ofArgument),
    ofInputField: remember(ofInputField),
    objectPaths: remember((typeName: string) => {
      const fields = lineage(typeName).flatMap((type) => Object.keys(type.getFields()))
      const all = [...ofObject(typeName), ...fields.flatMap((field) => ofField(typeName, field))]
      return dataPaths(all).filter((path) => !path.startsWith('args.'))
    }),
    isSigningIn: signingIn,
    isRoot,
    policies: [
      ...new Set(
        questionsOf([...everyRule()]).flatMap((question) => (question.kind === 'policy' ? question.name : [])),
      ),
    ],
    ages: [...new Set([...everyRule()].flatMap(({ any }) => any.flatMap(({ signedIn }) => signedIn?.maxAge ?? [])))],
    roles: new Map(
      (isEnumType(roleType) ? roleType.getValues() : []).map((value) => {
        const [grants] = applications(value).filter(({ name }) => name === 'grants')
        return [
          value.name,
          { permissions: listOf(grants?.values.permissions), includes: listOf(grants?.values.includes) },
        ]
      }),
    ),
  }
}

/** The rules of the arguments and input fields that a client gave. */
export function rulesOfGiven(
  rules: RuleReading,
  typeName: string,
  field: GraphQLField<unknown, unknown>,
  given: Readonly<Record<string, unknown>>,
): RuleText[] {
  return field.args.flatMap(({ name, type }) =>
    name in given ? [...rules.ofArgument(typeName, field.name, name), ...rulesInside(rules, type, given[name])] : [],
  )
}

function rulesInside(rules: RuleReading, type: GraphQLInputType, value: unknown): RuleText[] {
  if (Array.isArray(value)) return value.flatMap((item) => rulesInside(rules, type, item))
  const named = getNamedType(type)
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = named.getFields()[name]
    return field ? [...rules.ofInputField(named.name, name), ...rulesInside(rules, field.type, inner)] : []
  })
}

/** Every trial asks again. */
function remember<Names extends string[], Value>(read: (...names: Names) => Value): (...names: Names) => Value {
  const known = new Map<string, Value>()
  return (...names) => {
    const key = names.join(' ')
    const value = known.get(key) ?? read(...names)
    known.set(key, value)
    return value
  }
}
