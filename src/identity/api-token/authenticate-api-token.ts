import type { Authentication } from '../authenticate.ts'
import type { Identity } from '../identity.ts'
import type { Session } from '../session.ts'

/** Seconds. */
const touchInterval = 60

/** No cookie is touched for the sake of an API token, whatever becomes of it. */
const nobody: Authentication = { kind: 'anonymous', clearCookie: false }

/**
 * Tells whose API token a request came with. As a session cookie's, it only names a session: whether that stands, and
 * what its user may do, is read from the store each time. A bad token makes an anonymous viewer. Using it makes it last
 * no longer.
 */
export async function authenticateApiToken(identity: Identity, token: string): Promise<Authentication> {
  const { sessions, apiTokens, clock } = identity
  const verification = apiTokens.verify(token)
  if ('fault' in verification) return nobody
  const { sid, sub } = verification.claims
  const now = clock.now()

  const found = await sessions.findRecord(sid)
  if (!found || found.user.id !== sub || found.user.suspended || found.ended) return nobody
  const { session, user } = found
  if (session.kind !== 'API_TOKEN' || session.endsAt <= now) return nobody

  if (!isUnused(session, now)) return { kind: 'signed-in', session, user, renewedToken: null }
  // It may have been revoked since it was read.
  if (!(await sessions.touch(session.id, now, session.endsAt))) return nobody
  return { kind: 'signed-in', session: { ...session, lastUsedAt: now }, user, renewedToken: null }
}

function isUnused({ lastUsedAt }: Session, now: Date): boolean {
  return now.getTime() - lastUsedAt.getTime() >= touchInterval * 1000
}
