/** What a viewer can expect of a coordinate. `conditional`: it hangs on the object, the arguments, or the time. */
export type AccessDecision = 'allow' | 'deny' | 'conditional'

/** What of a schema can bear rules. A type is about its objects. */
export type ElementKind = 'type' | 'field' | 'argument' | 'input field'

/** What `anonymous` and each role can expect of a coordinate. */
export type AccessCells = Readonly<Record<string, AccessDecision>>

/** One line of the access matrix, with the rules that it comes from. */
export interface AccessRow {
  coordinate: string
  /** A type's row is about its objects; a role's says what it holds, and has no cells. */
  kind: ElementKind | 'role'
  /** The rules of the type in which the element stands count. */
  cells: AccessCells
  /** What owning the object makes of the cell, for the least role whose cell is conditional; null where it counts for nothing. */
  owner: AccessDecision | null
  /** The element's own rules and those of interfaces, sorted by their text; without those of its type. */
  rules: readonly AccessRuleText[]
}

/** A rule as people are told it. */
export interface AccessRuleText {
  /** In canonical form: rules that mean the same have the same text. */
  text: string
  /** The coordinate that bears the rule in the SDL. */
  coordinate: string
  /** `file:line` in the SDL, where it is known. */
  location: string | null
  /** What it comes to by itself, for each viewer; a mark such as `@public` asks for nothing. */
  cells: AccessCells
}

/** Whether a row is of a type, argument or input field without rules: it says nothing of its own. */
export function isBare({ kind, rules }: Pick<AccessRow, 'kind' | 'rules'>): boolean {
  return kind !== 'field' && rules.length === 0
}
