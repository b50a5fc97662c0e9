import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { possibleTypes } from './compile.ts'

/** An operation to be executed, as the client sent it. */
export interface OperationRequest {
  /** Parsed and validated. */
  document: DocumentNode
  operationName?: string | null | undefined
  /** As sent, not coerced: what the schema fills in is not provided by the client. */
  variableValues?: Readonly<Record<string, unknown>> | null | undefined
}

/** One operation of a document, with what its selections refer to. */
export interface Operation {
  node: OperationDefinitionNode
  rootType: string
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

/** Finds the operation that is to run, as the executor will; null where there is no such, which the executor tells. */
export function findOperation(
  schema: GraphQLSchema,
  { document, operationName }: Pick<OperationRequest, 'document' | 'operationName'>,
): Operation | null {
  const fragments = new Map<string, FragmentDefinitionNode>()
  const operations: OperationDefinitionNode[] = []
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
    else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition)
  }
  const wanted = operationName ? operations.filter(({ name }) => name?.value === operationName) : operations
  const [node] = wanted
  const rootType = node && schema.getRootType(node.operation)
  return wanted.length === 1 && node && rootType ? { node, rootType: rootType.name, fragments } : null
}

/** Variables as the executor coerces them; null where the conditions of `@skip` and `@include` do not matter. */
export type Variables = Readonly<Record<string, unknown>> | null

/** Gives the fields that an object of this type has in the response, by response key, with every node that asks for them. */
export function selectedFields(
  schema: GraphQLSchema,
  { fragments }: Operation,
  variables: Variables,
  typeName: string,
  sets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  const seen = new Set<string>()
  const isOn = (condition: string | undefined) => {
    const type = condition === undefined ? null : schema.getType(condition)
    return (
      condition === undefined || (type !== undefined && type !== null && possibleTypes(schema, type).includes(typeName))
    )
  }
  const collect = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (!isIncluded(selection, variables)) continue
      switch (selection.kind) {
        case Kind.FIELD: {
          const key = selection.alias?.value ?? selection.name.value
          const nodes = fields.get(key)
          if (nodes) nodes.push(selection)
          else fields.set(key, [selection])
          break
        }
        case Kind.INLINE_FRAGMENT:
          if (isOn(selection.typeCondition?.name.value)) collect(selection.selectionSet)
          break
        case Kind.FRAGMENT_SPREAD: {
          const fragment = fragments.get(selection.name.value)
          if (!fragment || seen.has(selection.name.value) || !isOn(fragment.typeCondition.name.value)) break
          seen.add(selection.name.value)
          collect(fragment.selectionSet)
        }
      }
    }
  }
  for (const set of sets) collect(set)
  return fields
}

function isIncluded(node: SelectionNode, variables: Variables): boolean {
  if (variables === null || !node.directives?.length) return true
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
}

/** Gives what is selected below a field. */
export function selectionSetsOf(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
}

/**
 * How many selections are looked at for one operation, each once for each type that can have it: what is read field by
 * field grows with the document, but fields that are asked for several times can come together in more ways than that.
 */
export const mostSelections = 20_000

/** Gives a function that names a selection: the same for the same sets on the same type. */
export function createSelectionNames(): (typeName: string, sets: readonly SelectionSetNode[]) => string {
  const numbers = new Map<SelectionSetNode, number>()
  const numberOf = (set: SelectionSetNode) => {
    const number = numbers.get(set) ?? numbers.size
    numbers.set(set, number)
    return number
  }
  return (typeName, sets) => `${typeName} ${sets.map(numberOf).join(' ')}`
}
