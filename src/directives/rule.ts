import type { ConstDirectiveNode } from 'graphql'

/** Where a rule reads a value: property by property from the object the rule is about, or from the field's arguments. */
export interface Reading {
  from: 'object' | 'args'
  path: readonly string[]
}

/** Depends on the viewer alone. */
export type StaticCondition =
  | { kind: 'signedIn'; maxAge: number | null; interactive: boolean }
  | { kind: 'role'; anyOf: readonly string[] }
  | { kind: 'permission'; anyOf: readonly string[] }

/** Needs the object or the arguments as well. */
export type DataCondition =
  | { kind: 'owner'; at: Reading }
  | { kind: 'access'; level: string; resource: string; at: Reading }
  | { kind: 'policy'; name: string }

/** Whether a condition depends on the viewer alone. */
export function isStatic(condition: Condition): condition is StaticCondition {
  return condition.kind === 'signedIn' || condition.kind === 'role' || condition.kind === 'permission'
}

export type Condition = StaticCondition | DataCondition

/** One application of a directive. Holds when every condition of at least one of its alternatives does. */
export interface Rule<C extends Condition = Condition> {
  any: readonly (readonly C[])[]
  source: RuleSource
}

/** Where a rule stands in the SDL. */
export interface RuleSource {
  /** The schema coordinate of the element that bears it. */
  coordinate: string
  node: ConstDirectiveNode
}

/** What a coordinate demands: every rule must hold. Plain data. */
export type Requirement = readonly Rule[]
