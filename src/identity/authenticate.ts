import { type Awaitable, andThen } from '../awaitable.ts'
import type { Identity } from './identity.ts'
import { fromTheFuture } from './jwt.ts'
import type { Session, SessionRecord } from './session.ts'
import type { SessionClaims } from './token.ts'
import type { User } from './user.ts'

/** Who a request comes from. */
export type Authentication =
  | {
      kind: 'anonymous'
      /** Whether the cookie that was sent is good for nothing any more. */
      clearCookie: boolean
    }
  | {
      kind: 'signed-in'
      session: Session
      user: User
      /** The cookie's new value, or null to leave it as it is. */
      renewedToken: string | null
    }

/** Seconds. */
const touchInterval = 60
const renewalAge = 600
/** For how long a browser may still send the cookie of a session that another has taken the place of. */
const rotationGrace = 60

const nobody: Authentication = { kind: 'anonymous', clearCookie: false }
const cookieIsDead: Authentication = { kind: 'anonymous', clearCookie: true }

/**
 * Tells who a request comes from, by the session cookie's value. The token only names a session: whether it stands, and
 * what its user may do, the store says each time: it has read it, is sure that it is still so, or read it no longer ago
 * than the seconds that it is let remember. A bad token makes an anonymous viewer; a store that cannot be read is a
 * fault, which it throws, and says nothing about the cookie.
 */
export function authenticate(identity: Identity, token: string | null): Awaitable<Authentication> {
  const { sessions, tokens, clock } = identity
  if (token === null) return nobody
  const verification = tokens.verify(token)
  // A clock that was set back makes nobody sign in again once it is right.
  if ('fault' in verification) return verification.fault === fromTheFuture ? nobody : cookieIsDead
  const { claims } = verification
  const now = clock.now()

  return andThen(sessions.findRecord(claims.sid), (record) => {
    const found = judge(record, claims, now)
    if (found.kind === 'anonymous') return found
    const unused = secondsBetween(found.session.lastUsedAt, now) >= touchInterval
    const outdated = now.getTime() / 1000 - claims.iat > renewalAge || !sameRoles(claims.roles, found.user.roles)
    return unused || outdated ? keepUp(identity, claims, { session: found.session, now, unused, outdated }) : found
  })
}

/** Has the store know that a session is in use, and its token say what holds now. */
async function keepUp(
  { sessions, tokens, settings }: Identity,
  claims: SessionClaims,
  { session, now, unused, outdated }: { session: Session; now: Date; unused: boolean; outdated: boolean },
): Promise<Authentication> {
  if (unused) await sessions.touch(session.id, now, idleEnd(session, now, settings.idle))
  // Read again: a session that ended since is nobody's any more, and never gets a new token.
  const standing = judge(await sessions.findRecord(claims.sid, 'fresh'), claims, now)
  if (standing.kind === 'anonymous' || !outdated) return standing
  return { ...standing, renewedToken: tokens.issue(standing.session, standing.user) }
}

/**
 * Tells as whom a session still stands that a request came with before, read anew whatever the store remembers; null
 * once it has ended. Whoever waits does not use their session: it lasts no longer for being asked about here.
 */
export async function confirmSession(
  { sessions, tokens, clock }: Identity,
  token: string,
): Promise<{ session: Session; user: User } | null> {
  // The token lasts as long as the session did when it was issued; how long the session lasts now is in the store.
  const verification = tokens.verify(token, { ignoreExpiration: true })
  if ('fault' in verification) return null
  const { claims } = verification
  const found = judge(await sessions.findRecord(claims.sid, 'fresh'), claims, clock.now())
  return found.kind === 'signed-in' ? found : null
}

function judge(record: SessionRecord | null, claims: SessionClaims, now: Date): Authentication {
  if (!record || record.session.user.id !== claims.sub || record.user.suspended) return cookieIsDead
  const { session, user, ended } = record
  if (session.kind !== 'BROWSER') return cookieIsDead
  // A late answer to the browser's old cookie must not clear the one that took its place.
  if (ended?.reason === 'ROTATED' && secondsBetween(ended.at, now) <= rotationGrace) return nobody
  if (ended || session.expiresAt <= now || session.endsAt <= now) return cookieIsDead
  return { kind: 'signed-in', session, user, renewedToken: null }
}

function idleEnd({ endsAt }: Session, now: Date, idle: number): Date {
  return new Date(Math.min(now.getTime() + idle * 1000, endsAt.getTime()))
}

function secondsBetween(from: Date, until: Date): number {
  return (until.getTime() - from.getTime()) / 1000
}

function sameRoles(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((role) => others.includes(role))
}
