import { record } from '../audit/record.ts'
import type { Client, Identity } from './identity.ts'
import type { Session } from './session.ts'

/** Ends every session of the user but the one they ask from, and gives how many. */
export function revokeOtherSessions(
  identity: Identity,
  { session }: { session: Session },
  client: Client,
): Promise<number> {
  return identity.transaction(() =>
    endSessions(identity, { userId: session.user.id, except: session.id, detail: null }, client),
  )
}

/**
 * Ends a user's sessions, all but `except`, records each and gives how many. Sign-ins that wait for the second factor end
 * with them. Call it in a transaction.
 *
 * @param actorId - at whose wish, where it is not the user's own; null is the command line
 */
export async function endSessions(
  identity: Identity,
  {
    userId,
    except,
    detail,
    actorId = userId,
  }: { userId: string; except: string | null; detail: string | null; actorId?: string | null },
  client: Pick<Client, 'ipAddress' | 'userAgent'>,
): Promise<number> {
  const ended = await identity.sessions.endAll(userId, except, 'REVOKED', identity.clock.now())
  await identity.oneTimeSecrets.invalidate('SECOND_FACTOR', { userId })
  for (const id of ended) {
    const subject = { type: 'Session', id } as const
    await record(identity, { actorId, ...client }, { action: 'SESSION_REVOKED', subject, detail })
  }
  return ended.length
}
