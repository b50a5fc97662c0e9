import type { Decision } from './decide.ts'
import { describeDecision } from './denial.ts'

/** What was decided of one operation, for whoever counts it. */
export interface OperationDecisions {
  /** The guarded coordinates that it asked for and that nothing was known against before it ran, each once. */
  allowed: readonly string[]
  /** The code that each coordinate was denied with at least once, also one of `allowed`. */
  denied: ReadonlyMap<string, string>
}

export type OnDecisions = (decisions: OperationDecisions) => void

/** Gives decisions that hold nothing but these denials. */
export function onlyDenied(denials: readonly { coordinate: string; decision: Decision }[]): OperationDecisions {
  return { allowed: [], denied: new Map(denials.map(({ coordinate, decision }) => [coordinate, codeOf(decision)])) }
}

/** As clients are told it. */
export function codeOf(decision: Decision): string {
  return describeDecision(decision).extensions.code
}
