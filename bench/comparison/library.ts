import type { Effects } from './world.ts'

/** Somebody who asks, by the roles they hold. */
export type Roles = readonly string[]

export interface Answer {
  data?: unknown
  errors?: readonly { message: string }[] | undefined
}

export interface Request {
  source: string
  roles: Roles
  variables?: Record<string, unknown> | undefined
}

/** An API that a library guards. */
export interface Api {
  execute(request: Request): Promise<Answer>
  /** Gives the events, or the answer where there is no stream. */
  subscribe(request: Request): Promise<Answer | AsyncIterable<Answer>>
  close?(): Promise<void>
}

/** A way to authorize a GraphQL API. */
export interface Library {
  name: string
  /** Whose versions are told. */
  packages: readonly string[]
  /** How the policy is put, and where that is documented. */
  approach: string
  documentation: Readonly<Record<string, string>>
  /** Why a scenario cannot be put at all, by scenario. */
  inexpressible: Readonly<Record<string, string>>
  /** What to know of an outcome, by scenario. */
  remarks: Readonly<Record<string, string>>
  /** How a rule on arguments or input fields is put where there is no place for one: in code that reads them. */
  byHand?: string
  /** What to know besides: what it does well, and how it had to be run. */
  notes: readonly string[]
  open(effects: Effects): Promise<Api>
}
