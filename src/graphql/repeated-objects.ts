import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

export interface Repetition {
  /**
   * Tells how often the object is selected that a definition selects the most often: by how many fields, side by side or
   * in fragments, that the answer has in one place. Infinite once there is more to look at than may be. A fragment inside
   * itself counts as nothing.
   */
  of(definition: OperationDefinitionNode | FragmentDefinitionNode): number
  /** Whether a fragment was spread in what was looked at. */
  includes(fragment: FragmentDefinitionNode): boolean
}

/** The fragments that a selection stands in, the innermost first. */
type Within = { fragment: FragmentDefinitionNode; outer: Within } | null

interface Selected {
  set: SelectionSetNode
  within: Within
}

/**
 * Makes what tells how much of a document comes together in one place. The rule that such fields agree compares each
 * with each, and all that is selected of them (GraphQL, section 5.3.2).
 *
 * @param selections - that are looked at, of all definitions together, fragments as often as they are spread
 */
export function createRepetition(document: DocumentNode, selections: number): Repetition {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const spread = new Set<FragmentDefinitionNode>()
  let left = selections

  /** Of what is in one place of the answer. */
  const most = (selected: readonly Selected[]): number => {
    const objects = new Map<string, Selected[]>()
    const spreadHere = new Set<FragmentDefinitionNode>()
    const collect = ({ set, within }: Selected): void => {
      for (const selection of set.selections) {
        if (left-- <= 0) return
        if (selection.kind === Kind.INLINE_FRAGMENT) collect({ set: selection.selectionSet, within })
        else if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const fragment = fragments.get(selection.name.value)
          if (!fragment || spreadHere.has(fragment) || isIn(fragment, within)) continue
          spreadHere.add(fragment)
          spread.add(fragment)
          collect({ set: fragment.selectionSet, within: { fragment, outer: within } })
        } else if (selection.selectionSet) {
          const name = (selection.alias ?? selection.name).value
          const same = objects.get(name) ?? []
          same.push({ set: selection.selectionSet, within })
          objects.set(name, same)
        }
      }
    }
    for (const each of selected) collect(each)
    let highest = 0
    for (const same of objects.values()) highest = Math.max(highest, same.length, most(same))
    return left < 0 ? Number.POSITIVE_INFINITY : highest
  }

  return {
    of(definition) {
      const within = definition.kind === Kind.FRAGMENT_DEFINITION ? { fragment: definition, outer: null } : null
      return most([{ set: definition.selectionSet, within }])
    },
    includes: (fragment) => spread.has(fragment),
  }
}

function isIn(fragment: FragmentDefinitionNode, within: Within): boolean {
  for (let at = within; at; at = at.outer) if (at.fragment === fragment) return true
  return false
}
