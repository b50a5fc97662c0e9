import { AuthenticationError } from '../../errors.ts'

/** The one answer to a token that is wrong, used up, expired, or its user's no more. */
export function wrongToken(): AuthenticationError {
  return new AuthenticationError('INVALID_CREDENTIALS', {
    message: 'This token is wrong, used up or expired: ask for another',
  })
}
