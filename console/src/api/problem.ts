import { CombinedGraphQLErrors, ServerError } from '@apollo/client'

/** Why something was not done, in the words of whoever is to go on from there. */
export interface Problem {
  /** `extensions.code`; `NETWORK` where no answer came. */
  code: string
  /** What went wrong, and what to do next. */
  message: string
  /** The argument at fault: forms show the message at the field of that name. */
  argument: string | null
  /** Seconds to wait before it is worth trying again; 0 where nothing is limited. */
  retryAfter: number
}

interface Told {
  message: string
  path?: readonly (string | number)[] | undefined
  extensions?: Record<string, unknown> | undefined
}

/** What to do next, where the server's own message does not say it. */
const advice: Record<string, string> = {
  UNAUTHENTICATED: 'Your session is over. Sign in to go on.',
  REAUTHENTICATION_REQUIRED: 'Nothing was done, because this takes a recent sign-in. Try again and prove who you are.',
  FORBIDDEN:
    'You may not do this. Ask an administrator for the role that allows it, or whoever owns it to share it with you.',
  INVALID_CREDENTIALS: 'Check what you typed and try again, or take another way.',
  GRAPHQL_VALIDATION_FAILED: 'These pages are of another version than the server. Load them again.',
  NOT_FOUND: 'It is not there any more. Go back to the list to see what is.',
  INTERNAL_SERVER_ERROR: 'The server failed. Try again; if it fails again, tell whoever runs it',
  NETWORK: 'The server cannot be reached. Check the connection and try again.',
}
/** Codes whose own message is less help than the advice. */
const withoutMessage = new Set([
  'UNAUTHENTICATED',
  'REAUTHENTICATION_REQUIRED',
  'FORBIDDEN',
  'INTERNAL_SERVER_ERROR',
  'GRAPHQL_VALIDATION_FAILED',
])

/** Gives the problem that an error of Apollo Client is; with several, the first, which is the one to go on from. */
export function problemOf(error: unknown): Problem {
  const [first] = toldBy(error)
  return first ? describe(first) : { code: 'NETWORK', message: must('NETWORK'), argument: null, retryAfter: 0 }
}

/** The problems of a partial answer by the path of the field that is missing: `users.edges.0.node.email`. */
export function problemsByPath(error: unknown): Map<string, Problem> {
  return new Map(toldBy(error).flatMap((told) => (told.path ? [[told.path.join('.'), describe(told)]] : [])))
}

export function hasCode(error: unknown, code: string): boolean {
  return toldBy(error).some(({ extensions }) => extensions?.code === code)
}

function toldBy(error: unknown): readonly Told[] {
  if (CombinedGraphQLErrors.is(error)) return error.errors
  if (!ServerError.is(error)) return []
  try {
    const { errors } = JSON.parse(error.bodyText)
    return Array.isArray(errors) ? errors : []
  } catch {
    return []
  }
}

function describe({ message, extensions = {} }: Told): Problem {
  const code = typeof extensions.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR'
  const retryAfter = Number(extensions.retryAfter ?? 0)
  return {
    code,
    message: explain(code, message, extensions),
    argument: argumentAtFault(message, extensions),
    retryAfter,
  }
}

function explain(code: string, message: string, { correlationId }: Record<string, unknown>): string {
  const next = advice[code]
  if (!next || saysWhatToDo(code, message)) return message
  if (!withoutMessage.has(code)) return `${message}. ${next}`
  return correlationId ? `${next}: ${correlationId}` : next
}

/** The server's messages have it after a colon: `This token is wrong, used up or expired: ask for another`. */
function saysWhatToDo(code: string, message: string): boolean {
  return !withoutMessage.has(code) && message.includes(': ')
}

function argumentAtFault(message: string, { argument }: Record<string, unknown>): string | null {
  if (typeof argument === 'string') return argument
  // Of a variable that does not fit its type: forms name their fields as operations name their variables.
  return /^Variable "\$(\w+)"/.exec(message)?.[1] ?? null
}

function must(code: string): string {
  return advice[code] ?? code
}
