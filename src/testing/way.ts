import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  OperationTypeNode,
} from 'graphql'
import { type Approach, possibleTypes } from './approaches.ts'
import { type Provision, printLiteral } from './input-values.ts'

/** One selected field, and how it is selected. */
export interface Hop {
  /** The object type that is meant, whatever the field is selected on. */
  type: GraphQLObjectType
  /** Null for `__typename`. */
  field: GraphQLField<unknown, unknown> | null
  /** The key in the response. */
  key: string
  /** The types of the fragments around it, outermost first. */
  conditions: readonly string[]
  /** Whether the outermost is a named fragment. */
  isNamed: boolean
}

/** One operation that leads to a guarded coordinate: a chain of fields. */
export interface Way {
  operation: OperationTypeNode
  hops: readonly Hop[]
  /** How the last field's arguments are filled, where a rule stands on them. */
  provision?: Provision
  /** Whether arguments stand in the operation's text. */
  isLiteral?: boolean
  /** Whether each object tells its type. */
  isTyped?: boolean
}

type Selecting = Pick<Hop, 'conditions' | 'isNamed'> & { key?: string }

/** Gives the ways to a field, or with null to `__typename`, along an approach: the plain one first. */
export function waysAlong(
  schema: GraphQLSchema,
  approach: Approach,
  type: GraphQLObjectType,
  field: Hop['field'],
): Way[] {
  const before = approach.map((edge, index): Hop => {
    const [plain] = selectings(schema, returnedBy(approach[index - 1]) ?? edge.type, edge.type, edge.field.name)
    return { ...edge, key: edge.field.name, conditions: plain?.conditions ?? [], isNamed: false }
  })
  const operation = operationOf(schema, approach[0]?.type ?? type)
  const name = field?.name ?? '__typename'
  return selectings(schema, returnedBy(approach.at(-1)) ?? type, type, name).map((selecting) => ({
    operation,
    hops: [...before, { type, field, key: name, ...selecting }],
  }))
}

function returnedBy(edge: Approach[number] | undefined): GraphQLNamedType | undefined {
  return edge && getNamedType(edge.field.type)
}

/** Every way to select an object type's field where values of another type are expected. */
function selectings(
  schema: GraphQLSchema,
  expected: GraphQLNamedType,
  type: GraphQLObjectType,
  name: string,
): Selecting[] {
  const has = (other: GraphQLNamedType) =>
    name === '__typename' || ((isObjectType(other) || isInterfaceType(other)) && name in other.getFields())
  const plain = has(expected) && (expected === type || isInterfaceType(expected) || name === '__typename')
  const ancestors = Object.values(schema.getTypeMap()).filter(
    (other) => (isInterfaceType(other) || isUnionType(other)) && possibleTypes(schema, other).includes(type),
  )
  const nestings = [type, ...ancestors.filter((other) => other !== expected)].map((other) =>
    has(other) ? [other.name] : [other.name, type.name],
  )
  return [
    ...(plain
      ? [
          { conditions: [], isNamed: false },
          { conditions: [], isNamed: false, key: 'alias' },
        ]
      : []),
    ...nestings.flatMap((conditions) => [false, true].map((isNamed) => ({ conditions, isNamed }))),
    ...(plain ? [] : [{ conditions: [type.name], isNamed: false, key: 'alias' }]),
  ]
}

function operationOf(schema: GraphQLSchema, root: GraphQLObjectType): OperationTypeNode {
  if (root === schema.getMutationType()) return OperationTypeNode.MUTATION
  return root === schema.getSubscriptionType() ? OperationTypeNode.SUBSCRIPTION : OperationTypeNode.QUERY
}

/** Whether a hop's field is selected on objects of this type. */
export function appliesTo(schema: GraphQLSchema, { conditions }: Hop, typeName: string): boolean {
  return conditions.every((condition) => {
    const type = schema.getType(condition)
    return type !== undefined && possibleTypes(schema, type).some(({ name }) => name === typeName)
  })
}

/** The arguments of each hop, as the client gives them. */
export type HopArguments = readonly Readonly<Record<string, unknown>>[]

/** Writes a way as an operation with its variables. */
export function printWay(way: Way, args: HopArguments): { text: string; variables: Record<string, unknown> } {
  const variables: Record<string, unknown> = {}
  const declared: string[] = []
  const fragments: string[] = []

  const printArguments = ({ field }: Hop, index: number): string => {
    const given = args[index] ?? {}
    const isLast = index === way.hops.length - 1
    const unset = isLast && way.provision?.as === 'absent' && !way.isLiteral ? way.provision.place : []
    const printed = (field?.args ?? []).flatMap(({ name, type }) => {
      const isUnset = unset.length === 1 && unset[0] === name
      if (!(name in given) && !isUnset) return []
      if (isLast && way.isLiteral) return [`${name}: ${printLiteral(given[name], type)}`]
      const variable = `${name}${index}`
      declared.push(`$${variable}: ${isUnset ? getNullableType(type) : type}`)
      if (!isUnset) variables[variable] = given[name]
      return [`${name}: $${variable}`]
    })
    return printed.length > 0 ? `(${printed.join(', ')})` : ''
  }
  const type = way.isTyped ? '__typename ' : ''
  const print = (index: number): string => {
    const hop = way.hops[index]
    if (!hop) return '__typename'
    const name = hop.field?.name ?? '__typename'
    const alias = hop.key === name ? '' : `${hop.key}: `
    const isLeaf = !hop.field || isLeafType(getNamedType(hop.field.type))
    const field = `${alias}${name}${printArguments(hop, index)}${isLeaf ? '' : ` { ${type}${print(index + 1)} }`}`
    const [outer, ...inner] = hop.conditions
    const nested = inner.reduceRight((text, condition) => `... on ${condition} { ${text} }`, field)
    if (outer === undefined) return nested
    if (!hop.isNamed) return `... on ${outer} { ${nested} }`
    fragments.push(`fragment Fragment${index} on ${outer} { ${nested} }`)
    return `...Fragment${index}`
  }
  const selection = print(0)
  const declaration = declared.length > 0 ? `(${declared.join(', ')})` : ''
  return { text: [`${way.operation} Way${declaration} { ${selection} }`, ...fragments].join('\n'), variables }
}
