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
 * Ends a user's sessions at the user's own wish, all but `except`, records each and gives how many. Call it in a
 * transaction.
 */
export async function endSessions(
  identity: Identity,
  { userId, except, detail }: { userId: string; except: string | null; detail: string | null },
  client: Client,
): Promise<number> {
  const ended = await identity.sessions.endAll(userId, except, 'REVOKED', identity.clock.now())
  for (const id of ended) {
    const subject = { type: 'Session', id } as const
    await record(identity, { actorId: userId, ...client }, { action: 'SESSION_REVOKED', subject, detail })
  }
  return ended.length
}
