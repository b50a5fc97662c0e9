import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** How much of an operation asks for the schema: `mixed` asks for other things too. */
export type IntrospectionKind = 'none' | 'only' | 'mixed'

/** Operations outlive their request where documents are cached; then this is found out once. */
const known = new WeakMap<OperationDefinitionNode, IntrospectionKind>()

/**
 * Tells whether an operation introspects. Goes by what is written, whatever `@skip` and `@include` come to.
 *
 * @param document - validated, so that fragments make no circle
 */
export function introspectionKind(document: DocumentNode, operation: OperationDefinitionNode): IntrospectionKind {
  const found = known.get(operation) ?? findKind(document, operation)
  known.set(operation, found)
  return found
}

function findKind(document: DocumentNode, { selectionSet }: OperationDefinitionNode): IntrospectionKind {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  if (!holdsIntrospection(selectionSet, fragments, new Set())) return 'none'
  return [...rootFields(selectionSet, fragments, new Set())].every((name) => name.startsWith('__')) ? 'only' : 'mixed'
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** Anywhere at all: a type of the schema can have a field that gives the query type. */
function holdsIntrospection({ selections }: SelectionSetNode, fragments: Fragments, seen: Set<string>): boolean {
  return selections.some((selection) => {
    if (selection.kind === Kind.FIELD && ['__schema', '__type'].includes(selection.name.value)) return true
    const inside = insideOf(selection, fragments, seen)
    return inside !== undefined && holdsIntrospection(inside, fragments, seen)
  })
}

function* rootFields({ selections }: SelectionSetNode, fragments: Fragments, seen: Set<string>): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield selection.name.value
    else {
      const inside = insideOf(selection, fragments, seen)
      if (inside) yield* rootFields(inside, fragments, seen)
    }
  }
}

/** Each named fragment once: what it holds is the same wherever it is spread. */
function insideOf(selection: SelectionNode, fragments: Fragments, seen: Set<string>): SelectionSetNode | undefined {
  if (selection.kind !== Kind.FRAGMENT_SPREAD) return selection.selectionSet
  const name = selection.name.value
  if (seen.has(name)) return undefined
  seen.add(name)
  return fragments.get(name)?.selectionSet
}
