import {
  buildSchema,
  DirectiveLocation,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { type Application, applicationsOf, argumentsOf, faultsOfArguments } from './application.ts'
import { locate, type PolicyFault } from './fault.ts'
import { leadsToRule } from './input.ts'
import { baseOf, basesOfInput, isRootTypeName } from './path.ts'
import { readRule, type Standpoint } from './read-rule.ts'
import { createRoleGrants, findCircle, type Grant, type RoleGrants } from './roles.ts'
import { type Condition, isStatic, type Requirement, type Rule, type StaticCondition } from './rule.ts'
import { directiveTypeDefs, ruleType } from './type-defs.ts'

/** Every rule of a schema, compiled: what all readers read. Plain data but for {@link RoleGrants.of}. */
export interface Policy {
  grants: RoleGrants
  /**
   * What each coordinate demands: `Type` (of the object itself), `Type.field`, `Type.field(argument:)`, `Input.field`.
   * Rules of a type's interfaces are in it; those of a root type stand on its fields. No entry: no rule.
   */
  requirements: ReadonlyMap<string, Requirement>
  /** Coordinates marked `@public`. */
  open: ReadonlySet<string>
  /** Coordinates marked `@signsIn`. */
  signsIn: ReadonlySet<string>
}

/** What the host can answer for; a rule that needs more is a fault. */
export interface Abilities {
  access: boolean
  policies: { includes(name: string): boolean }
}

/** Where our directives are defined, to compare a host's own definitions with. */
const definitions = buildSchema(`${directiveTypeDefs}\ntype Query { _: Int }\nenum Role { _ }\nenum Permission { _ }`)
const ours = new Map(
  definitions
    .getDirectives()
    .filter((directive) => directive.astNode)
    .map((directive) => [directive.name, directive]),
)

/** Reads every rule in a schema's SDL. Gives the policy, and every fault found on the way. */
export function compile(schema: GraphQLSchema, abilities: Abilities): { policy: Policy; faults: PolicyFault[] } {
  const faults: PolicyFault[] = [...faultsOfDefinitions(schema)]
  const own = new Map<string, Rule[]>()
  const grants = new Map<string, Grant>()
  const open = new Map<string, Application>()
  const reads: Application[] = []
  const signsIn = new Set<string>()

  for (const application of applicationsOf(schema)) {
    const directive = ours.get(application.node.name.value)
    if (!directive) continue
    const { coordinate, node } = application
    const [typeName, memberName = ''] = application.names
    const wrong =
      directive.locations.includes(application.location) && !coordinate.startsWith('@')
        ? faultsOfArguments(schema, node)
        : ['it is not enforced here']
    if (wrong.length === 0) {
      const values = argumentsOf(schema, node)
      if (directive.name === 'grants') {
        if (typeName === 'Role') grants.set(memberName, values as unknown as Grant)
        else wrong.push('it stands on values of enum Role only')
      } else if (directive.name === 'public') open.set(coordinate, application)
      else if (directive.name === 'reads') reads.push(application)
      else if (directive.name === 'signsIn') {
        if (typeName === schema.getMutationType()?.name) signsIn.add(coordinate)
        else wrong.push('it stands on fields of the root mutation type only')
      } else {
        const { rule, faults } = readRule(
          directive.name,
          values,
          { coordinate, node },
          standpointOf(schema, application, abilities),
        )
        if (faults.length === 0) append(own, coordinate, rule)
        wrong.push(...faults)
      }
    }
    for (const message of wrong)
      faults.push({ coordinate, message: `@${directive.name}: ${message}`, location: locate(node) })
  }
  faults.push(...faultsOfRoles(schema, grants, own))
  faults.push(...carryReads(schema, inherit(schema, own), reads, own))
  const requirements = inherit(schema, own)
  faults.push(...faultsOfOpenness(schema, requirements, open))
  faults.push(...faultsOfNobodysRules(schema, own))
  return {
    policy: {
      grants: createRoleGrants(grantsByRole(schema, grants)),
      requirements,
      open: new Set(open.keys()),
      signsIn,
    },
    faults,
  }
}

function append(rules: Map<string, Rule[]>, coordinate: string, rule: Rule) {
  rules.set(coordinate, [...(rules.get(coordinate) ?? []), rule])
}

function standpointOf(schema: GraphQLSchema, { location, names }: Application, abilities: Abilities): Standpoint {
  const [typeName, memberName] = names
  const field = fieldOf(schema, typeName, memberName)
  const isResource = (name: string) => isObjectType(schema.getType(name))
  const standpoint = { resource: null, isResource, abilities }
  switch (location) {
    case DirectiveLocation.INPUT_FIELD_DEFINITION:
      return { ...standpoint, bases: basesOfInput(schema, typeName) }
    case DirectiveLocation.ARGUMENT_DEFINITION:
      return { ...standpoint, bases: [{ object: null, args: field?.args ?? null }] }
    case DirectiveLocation.OBJECT:
      return { ...standpoint, bases: [baseOf(schema, typeName, field)], resource: typeName }
    default:
      return { ...standpoint, bases: [baseOf(schema, typeName, field)] }
  }
}

/**
 * Puts on an argument or input field that says `@reads` what the viewer alone decides of the field it reads, and of
 * what that returns. Which objects are there to be read is the query's business, so of their types' rules the data part
 * is left to it, but that owning and being granted something takes somebody; a data rule on the field itself nobody else
 * decides, so that part never holds.
 */
function* carryReads(
  schema: GraphQLSchema,
  requirements: ReadonlyMap<string, Requirement>,
  reads: readonly Application[],
  own: Map<string, Rule[]>,
): Generator<PolicyFault> {
  for (const { coordinate, node } of reads) {
    const target = String(argumentsOf(schema, node).field)
    const [typeName = '', fieldName = '', ...rest] = target.split('.')
    const type = schema.getType(typeName)
    const field = fieldOf(schema, typeName, fieldName)
    if (!type || rest.length > 0 || !field) {
      yield {
        coordinate,
        message: `@reads: there is no field "${target}": give it as Type.field`,
        location: locate(node),
      }
      continue
    }
    const source = { coordinate, node }
    // What is read of an interface is read of all that implement it, and those can be stricter.
    const types = [...new Set([typeName, ...possibleTypes(schema, type)])]
    const returned = possibleTypes(schema, getNamedType(field.type))
    const rulesOf = (names: readonly string[]) => new Set(names.flatMap((name) => requirements.get(name) ?? []))
    for (const rule of rulesOf([...types, ...returned]))
      append(own, coordinate, { any: rule.any.map((way) => way.flatMap(staticPartOf)), source })
    for (const rule of rulesOf(types.map((name) => `${name}.${fieldName}`)))
      append(own, coordinate, { any: rule.any.filter((way) => way.every(isStatic)), source })
  }
}

/** What a condition comes to before there is an object: nobody who is not signed in owns one or is granted one. */
function staticPartOf(condition: Condition): StaticCondition[] {
  if (isStatic(condition)) return [condition]
  return condition.kind === 'policy' ? [] : [{ kind: 'signedIn', maxAge: null, interactive: false }]
}

function fieldOf(schema: GraphQLSchema, typeName: string, fieldName: string | undefined) {
  const type = schema.getType(typeName)
  return fieldName !== undefined && (isObjectType(type) || isInterfaceType(type))
    ? (type.getFields()[fieldName] ?? null)
    : null
}

/** A host that repeats one of our definitions could widen a location or change an argument; then it is another directive. */
function* faultsOfDefinitions(schema: GraphQLSchema): Generator<PolicyFault> {
  for (const [name, directive] of ours) {
    const actual = schema.getDirective(name)
    if (actual && signatureOf(actual) === signatureOf(directive)) continue
    const location = locate(actual?.astNode)
    const message = actual
      ? `must be defined as ${signatureOf(directive)}`
      : 'is not defined: put directiveTypeDefs beside your SDL'
    yield { coordinate: `@${name}`, message, location }
  }
  const [rule, actual] = [definitions, schema].map((each) => each.getType(ruleType))
  // A key that was added would be asked for in the SDL and by nobody else.
  if (!isInputObjectType(rule) || !isInputObjectType(actual) || keysOf(rule) === keysOf(actual)) return
  const location = locate(actual.extensionASTNodes[0] ?? actual.astNode)
  yield { coordinate: ruleType, message: `must be defined as { ${keysOf(rule)} }`, location }
}

function keysOf(type: GraphQLInputObjectType): string {
  return signaturesOf(Object.values(type.getFields())).join(', ')
}

function signaturesOf(slots: readonly (GraphQLArgument | GraphQLInputField)[]): string[] {
  return slots
    .map(({ name, type, defaultValue }) => `${name}: ${type}${defaultValue === undefined ? '' : ` = ${defaultValue}`}`)
    .sort()
}

function signatureOf({ name, args, isRepeatable, locations }: GraphQLDirective): string {
  return `@${name}(${signaturesOf(args).join(', ')})${isRepeatable ? ' repeatable' : ''} on ${[...locations].sort().join(' | ')}`
}

/** Every role of the schema, those without `@grants` too. */
function grantsByRole(schema: GraphQLSchema, grants: ReadonlyMap<string, Grant>): Map<string, Grant> {
  const role = schema.getType('Role')
  const names = isEnumType(role) ? role.getValues().map((value) => value.name) : []
  return new Map(
    names.map((name) => [
      name,
      { permissions: grants.get(name)?.permissions ?? [], includes: grants.get(name)?.includes ?? [] },
    ]),
  )
}

/** Rule 1 of the semantics: a coordinate bears its own rules and those of every interface, and nothing overrides. */
function inherit(schema: GraphQLSchema, own: ReadonlyMap<string, readonly Rule[]>): Map<string, Requirement> {
  const requirements = new Map<string, Requirement>()
  const set = (coordinate: string, rules: Requirement) => {
    if (rules.length > 0) requirements.set(coordinate, rules)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      for (const field of Object.keys(type.getFields()))
        set(`${type.name}.${field}`, own.get(`${type.name}.${field}`) ?? [])
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    const lineage = [type.name, ...type.getInterfaces().map((ancestor) => ancestor.name)]
    const ofType = lineage.flatMap((name) => own.get(name) ?? [])
    const isRoot = isRootTypeName(schema, type.name)
    if (!isRoot) set(type.name, ofType)
    for (const field of Object.values(type.getFields())) {
      const ofField = lineage.flatMap((name) => own.get(`${name}.${field.name}`) ?? [])
      set(`${type.name}.${field.name}`, isRoot ? [...ofType, ...ofField] : ofField)
      for (const { name: argument } of field.args) {
        const ofArgument = lineage.flatMap((name) => own.get(`${name}.${field.name}(${argument}:)`) ?? [])
        set(`${type.name}.${field.name}(${argument}:)`, ofArgument)
      }
    }
  }
  return requirements
}

function* faultsOfRoles(
  schema: GraphQLSchema,
  grants: ReadonlyMap<string, Grant>,
  own: ReadonlyMap<string, readonly Rule[]>,
): Generator<PolicyFault> {
  const roles = schema.getType('Role')
  const circle = findCircle(grants)
  if (circle) {
    yield {
      coordinate: `Role.${circle[0]}`,
      message: `@grants: the roles include each other in a circle: ${circle.join(' → ')}`,
      location: locate(isEnumType(roles) ? roles.getValue(circle[0] ?? '')?.astNode : null),
    }
  }
  for (const { name, value, astNode } of isEnumType(roles) ? roles.getValues() : []) {
    if (name === 'anonymous') {
      const message = 'is what viewers who are not signed in are called: call the role something else'
      yield { coordinate: `Role.${name}`, message, location: locate(astNode) }
    }
    if (value === name) continue
    const message = `stands for ${JSON.stringify(value)} in resolvers: rules and viewers go by its name`
    yield { coordinate: `Role.${name}`, message, location: locate(astNode) }
  }
  const granted = new Set([...grants.values()].flatMap((grant) => grant.permissions))
  const named = new Map<string, string>()
  for (const [coordinate, rules] of own) {
    for (const condition of rules.flatMap((rule) => rule.any.flat())) {
      if (condition.kind === 'permission')
        for (const name of condition.anyOf) if (!named.has(name)) named.set(name, coordinate)
    }
  }
  const permissions = schema.getType('Permission')
  for (const value of isEnumType(permissions) ? permissions.getValues() : []) {
    if (granted.has(value.name)) continue
    const user = named.get(value.name)
    const message =
      user === undefined
        ? 'no role grants this permission and no rule names it'
        : `no role grants this permission, which the rule on ${user} asks for`
    yield { coordinate: `Permission.${value.name}`, message, location: locate(value.astNode) }
  }
}

/** Deny by default: a root field says who may, or says `@public`; nothing says both. */
function* faultsOfOpenness(
  schema: GraphQLSchema,
  requirements: ReadonlyMap<string, Requirement>,
  open: ReadonlyMap<string, Application>,
): Generator<PolicyFault> {
  for (const [coordinate, { names, node }] of open) {
    const rules = [...(requirements.get(names[0]) ?? []), ...(requirements.get(coordinate) ?? [])]
    const [rule] = rules
    if (rule) {
      yield {
        coordinate,
        message: `@public: contradicts @${rule.source.node.name.value} on ${rule.source.coordinate}`,
        location: locate(node),
      }
    }
  }
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const coordinate = `${root?.name}.${field.name}`
      if (requirements.has(coordinate) || open.has(coordinate)) continue
      yield {
        coordinate,
        message: 'a root field needs a rule, or @public where none is wanted',
        location: locate(field.astNode),
      }
    }
  }
}

const executable: ReadonlySet<string> = new Set([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
])

/** Rules that nothing would enforce: only what is given to a field is decided, and only objects of some type. */
function* faultsOfNobodysRules(schema: GraphQLSchema, own: ReadonlyMap<string, Requirement>): Generator<PolicyFault> {
  for (const directive of schema.getDirectives()) {
    if (!directive.locations.some((location) => executable.has(location))) continue
    for (const { name, type, astNode } of directive.args) {
      if (!leadsToRule(type, own)) continue
      const message = `a rule stands inside ${getNamedType(type).name}, and none is enforced in the arguments of directives`
      yield { coordinate: `@${directive.name}(${name}:)`, message, location: locate(astNode) }
    }
  }
  for (const [coordinate, [rule]] of own) {
    const type = schema.getType(coordinate.split('.', 1)[0] ?? '')
    const message =
      isInputObjectType(type) && basesOfInput(schema, type.name).length === 0
        ? `no field takes ${type.name}, so that its rules would be enforced nowhere`
        : isInterfaceType(type) && possibleTypes(schema, type).length === 0
          ? `no type implements ${type.name}, so that its rules would be enforced nowhere`
          : null
    if (message !== null) yield { coordinate, message, location: locate(rule?.source.node) }
  }
}

/** Gives the concrete types that a composite type's values can have. */
export function possibleTypes(schema: GraphQLSchema, type: GraphQLNamedType): string[] {
  if (isObjectType(type)) return [type.name]
  if (isInterfaceType(type) || isUnionType(type)) return schema.getPossibleTypes(type).map(({ name }) => name)
  return []
}
