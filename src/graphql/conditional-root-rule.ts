import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql'

const conditions: readonly string[] = ['skip', 'include']

/**
 * Refuses subscriptions whose root is there only on a condition, as the specification does (September 2025, section
 * 5.2.4.1). graphql-js throws at them: in its own rule where the condition is a variable, else when they begin.
 */
export function conditionalRootRule(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      const nodes = findConditionalRoot(document)
      if (!nodes) return undefined
      const message = 'What a subscription begins with must not depend on @skip or @include'
      context.reportError(new GraphQLError(message, { nodes }))
      // Nothing is left to the rule that would throw: an operation is visited after the document, by whichever rule.
      return { ...document, definitions: [] }
    },
  }
}

function findConditionalRoot({ definitions }: DocumentNode): SelectionNode | null {
  const fragments = new Map<string, SelectionSetNode>()
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet)

  const findIn = (selectionSet: SelectionSetNode | undefined): SelectionNode | null => {
    for (const selection of selectionSet?.selections ?? []) {
      if (selection.directives?.some(({ name }) => conditions.includes(name.value))) return selection
      const found = findIn(selectionSetOf(selection))
      if (found) return found
    }
    return null
  }
  const selectionSetOf = (selection: SelectionNode): SelectionSetNode | undefined => {
    if (selection.kind === Kind.FIELD) return undefined
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet
    const { value } = selection.name
    const selectionSet = fragments.get(value)
    // Each once: a fragment may be within itself, which another rule refuses.
    fragments.delete(value)
    return selectionSet
  }

  for (const definition of definitions) {
    const isOperation = definition.kind === Kind.OPERATION_DEFINITION
    if (!isOperation || definition.operation !== OperationTypeNode.SUBSCRIPTION) continue
    const found = findIn(definition.selectionSet)
    if (found) return found
  }
  return null
}
