import { GraphQLError } from 'graphql'
import type { Decision, DenialCode } from './decide.ts'

const messages: Record<DenialCode, string> = {
  UNAUTHENTICATED: 'You must be signed in to do this',
  FORBIDDEN: "You don't have permission to view this",
  REAUTHENTICATION_REQUIRED: 'Sign in again to do this',
}

/** Errors carry no path yet, so one serves for every position: the executor locates a copy where it stands. */
const denials = new Map(
  Object.entries(messages).map(([code, message]) => [code, new GraphQLError(message, { extensions: { code } })]),
)
const failure = new GraphQLError('Internal server error', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })

/** What a look-up that found nothing answers to those who would be allowed to see that it found something. */
export const notFound = new GraphQLError('There is nothing with this id', { extensions: { code: 'NOT_FOUND' } })

/** Turns a decision that withholds a value into the error to put in its place: the one place where this happens. */
export function toError(decision: Decision): GraphQLError {
  return (decision.effect === 'deny' && denials.get(decision.code)) || failure
}
