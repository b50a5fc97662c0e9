import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

/** What is looked at of a document. */
interface Bounds {
  /** Objects in each other. */
  levels: number
  /** Of all its definitions together, fragments as often as they are spread. */
  selections: number
}

export interface Repetition {
  /**
   * Tells how often the object is selected that a definition selects the most often: by how many fields, side by side or
   * in fragments, that the answer has in one place. Infinite once there is more to look at than the bounds let it.
   */
  of(definition: { readonly selectionSet: SelectionSetNode }): number
  /** Whether a fragment was spread in what was looked at. */
  includes(fragment: FragmentDefinitionNode): boolean
}

/**
 * Makes what tells how much of a document comes together in one place. The rule that such fields agree compares each
 * with each, and all that is selected of them (GraphQL, section 5.3.2).
 */
export function createRepetition(document: DocumentNode, { levels, selections }: Bounds): Repetition {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const spread = new Set<FragmentDefinitionNode>()
  let left = selections

  /** Of what is in one place of the answer. */
  const most = (sets: readonly SelectionSetNode[], level: number): number => {
    const objects = new Map<string, SelectionSetNode[]>()
    const spreadHere = new Set<FragmentDefinitionNode>()
    const collect = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        if (left-- <= 0) return
        if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet)
        else if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const fragment = fragments.get(selection.name.value)
          if (!fragment || spreadHere.has(fragment)) continue
          spreadHere.add(fragment)
          spread.add(fragment)
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
    for (const same of objects.values()) {
      highest = Math.max(highest, same.length, level < levels ? most(same, level + 1) : 0)
    }
    return left < 0 ? Number.POSITIVE_INFINITY : highest
  }

  return {
    of: ({ selectionSet }) => most([selectionSet], 1),
    includes: (fragment) => spread.has(fragment),
  }
}
