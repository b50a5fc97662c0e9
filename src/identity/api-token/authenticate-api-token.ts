import type { Authentication } from '../authenticate.ts'
import type { Identity } from '../identity.ts'
import type { Session, SessionRecord } from '../session.ts'
import type { User } from '../user.ts'

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
  const now = clock.now()
  const found = judge(await sessions.findRecord(verification.claims.sid), verification.claims, now)
  if (!found) return nobody
  const { session, user } = found

  if (!isUnused(session, now)) return { kind: 'signed-in', session, user, renewedToken: null }
  // It may have been revoked since it was read.
  if (!(await sessions.touch(session.id, now, session.endsAt))) return nobody
  return { kind: 'signed-in', session: { ...session, lastUsedAt: now }, user, renewedToken: null }
}

/** Tells as whom an API token still stands, as `confirmSession()` does for a cookie's session; null once it is over. */
export async function confirmApiToken(
  { sessions, apiTokens, clock }: Identity,
  token: string,
): Promise<{ session: Session; user: User } | null> {
  const verification = apiTokens.verify(token)
  if ('fault' in verification) return null
  return judge(await sessions.findRecord(verification.claims.sid, 'fresh'), verification.claims, clock.now())
}

function judge(record: SessionRecord | null, { sub }: { sub: string }, now: Date): SessionRecord | null {
  if (!record || record.user.id !== sub || record.user.suspended || record.ended) return null
  const { session } = record
  return session.kind === 'API_TOKEN' && session.endsAt > now ? record : null
}

function isUnused({ lastUsedAt }: Session, now: Date): boolean {
  return now.getTime() - lastUsedAt.getTime() >= touchInterval * 1000
}
