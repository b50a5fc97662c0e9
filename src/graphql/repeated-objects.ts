import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

/** Within what an operation may ask for, all of it is looked at; circular fragments would go on for ever. */
interface Bounds {
  /** Objects in each other. */
  levels: number
  selections: number
}

/**
 * Gives a function that tells how often the object is selected that an operation selects the most often: by how many
 * fields, side by side or in fragments, that the answer has in one place. The rule that they agree compares each with
 * each (GraphQL, section 5.3.2), and all that is selected of them.
 */
export function createRepetition(document: DocumentNode, { levels, selections }: Bounds) {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }

  return (operation: { selectionSet: SelectionSetNode }): number => {
    let left = selections
    /** Of what is in one place of the answer. */
    const most = (sets: readonly SelectionSetNode[], level: number): number => {
      const objects = new Map<string, SelectionSetNode[]>()
      const spread = new Set<string>()
      const collect = (set: SelectionSetNode): void => {
        for (const selection of set.selections) {
          if (left-- <= 0) return
          if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet)
          else if (selection.kind === Kind.FRAGMENT_SPREAD) {
            const fragment = fragments.get(selection.name.value)
            if (!fragment || spread.has(fragment.name.value)) continue
            spread.add(fragment.name.value)
            collect(fragment.selectionSet)
          } else if (selection.selectionSet) {
            const name = (selection.alias ?? selection.name).value
            const same = objects.get(name)
            if (same) same.push(selection.selectionSet)
            else objects.set(name, [selection.selectionSet])
          }
        }
      }
      for (const set of sets) collect(set)
      let highest = 0
      for (const same of objects.values())
        highest = Math.max(highest, same.length, level < levels ? most(same, level + 1) : 0)
      return highest
    }
    return most([operation.selectionSet], 1)
  }
}
