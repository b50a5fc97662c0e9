/**
 * Every `extensions.code` that this API gives beside Apollo Server's own for parsing and validation.
 */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'INVALID_CREDENTIALS'
  | 'REAUTHENTICATION_REQUIRED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'RATE_LIMITED'

/**
 * An error meant for the caller: its message and extensions are told to clients as they are.
 * `reason` is for the log alone. Everything that is not a GatehouseError is masked.
 */
export abstract class GatehouseError extends Error {
  abstract readonly code: ErrorCode
  readonly reason: string | undefined

  constructor(message: string, reason?: string) {
    super(message)
    this.name = new.target.name
    this.reason = reason
  }

  /** What a client finds in `extensions`. */
  get extensions(): Record<string, unknown> {
    return { code: this.code }
  }
}

type AuthenticationCode = 'UNAUTHENTICATED' | 'INVALID_CREDENTIALS' | 'REAUTHENTICATION_REQUIRED'

const authenticationMessages: Record<AuthenticationCode, string> = {
  UNAUTHENTICATED: 'You must be signed in to do this',
  INVALID_CREDENTIALS: 'Invalid email or password',
  REAUTHENTICATION_REQUIRED: 'Sign in again to do this',
}

/** The caller can go on by proving who they are. */
export class AuthenticationError extends GatehouseError {
  readonly code: AuthenticationCode

  constructor(code: AuthenticationCode, options: { message?: string; reason?: string } = {}) {
    super(options.message ?? authenticationMessages[code], options.reason)
    this.code = code
  }
}

/** The caller is known and may not do this. */
export class ForbiddenError extends GatehouseError {
  readonly code = 'FORBIDDEN'

  constructor(message = "You don't have permission to do this", reason?: string) {
    super(message, reason)
  }
}

/** The caller can go on by changing the named argument. */
export class InputError extends GatehouseError {
  readonly code = 'BAD_USER_INPUT'
  readonly argument: string

  /** @param argument - the argument at fault, with a path inside it where it has one: `filter.search` */
  constructor(argument: string, message: string) {
    super(message)
    this.argument = argument
  }

  override get extensions() {
    return { code: this.code, argument: this.argument }
  }
}

/** What the caller named does not exist. */
export class NotFoundError extends GatehouseError {
  readonly code = 'NOT_FOUND'
}

/** What the caller asks for contradicts what is there now; reading it again shows how. */
export class ConflictError extends GatehouseError {
  readonly code = 'CONFLICT'
}

/** The caller can go on after `retryAfter` seconds. */
export class RateLimitError extends GatehouseError {
  readonly code = 'RATE_LIMITED'
  /** Whole seconds, at least 1. */
  readonly retryAfter: number

  constructor(retryAfter: number, reason?: string) {
    const seconds = Math.max(1, Math.ceil(retryAfter))
    super(`Too many attempts: try again in ${seconds} second${seconds === 1 ? '' : 's'}`, reason)
    this.retryAfter = seconds
  }

  override get extensions() {
    return { code: this.code, retryAfter: this.retryAfter }
  }
}

/** One setting at fault, and what it should be. */
export interface ConfigProblem {
  variable: string
  problem: string
}

/** The server cannot start as configured. Holds every problem at once; it never crosses the network. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(
      `The configuration has ${problems.length} fault${problems.length === 1 ? '' : 's'}:\n${problems.map(({ variable, problem }) => `  ${variable}: ${problem}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}
