import { AuthenticationError } from '../errors.ts'
import type { Identity } from './identity.ts'

/**
 * Requires that the browser's session that somebody asks from still stands. Call it in the transaction of what changes
 * how its user signs in: a request that was under way when the session was ended would leave a way in behind.
 *
 * @throws UNAUTHENTICATED when it ended, its user is gone or it is an API token's
 */
export async function requireLiveSession(
  { sessions, clock }: Pick<Identity, 'sessions' | 'clock'>,
  { id }: { id: string },
): Promise<void> {
  const standing = await sessions.find(id, clock.now())
  if (standing?.kind !== 'BROWSER') throw new AuthenticationError('UNAUTHENTICATED')
}
