import { record } from '../audit/record.ts'
import type { Client, Identity, SignedIn } from './identity.ts'
import type { AuthenticationMethod, Session } from './session.ts'
import type { User } from './user.ts'

/**
 * Starts a session of a user who has just proved who they are by `methods`. Its id is always new. Past the number that
 * a user may have in browsers, the least recently used one ends. It checks nothing about the user. Call it in a transaction.
 *
 * @param replaces - the id of the session that the browser was signed in with until now: it ends
 * @param authenticatedAt - when its user proved who they are, where that was not just now
 */
export async function startSession(
  identity: Identity,
  {
    user,
    methods,
    replaces,
    authenticatedAt,
  }: {
    user: User
    methods: readonly AuthenticationMethod[]
    replaces: string | null
    authenticatedAt?: Date
  },
  client: Client,
): Promise<SignedIn> {
  const { sessions, tokens, devices, clock, createId, settings } = identity
  const now = clock.now()
  const session: Session = {
    id: createId(),
    user: { id: user.id },
    kind: 'BROWSER',
    name: null,
    permissions: null,
    methods,
    userAgent: client.userAgent,
    ipAddress: client.ipAddress,
    createdAt: now,
    authenticatedAt: authenticatedAt ?? now,
    lastUsedAt: now,
    expiresAt: secondsAfter(now, Math.min(settings.idle, settings.absolute)),
    endsAt: secondsAfter(now, settings.absolute),
  }

  // Signing in by the side of an API token leaves the token as it is.
  const replaced = replaces === null ? null : await sessions.find(replaces, now)
  if (replaced?.kind === 'BROWSER') await sessions.end(replaced.id, 'ROTATED', now)
  await sessions.create(session)
  await endSurplus(identity, session, client)

  const deviceId = (client.deviceToken && devices.verify(client.deviceToken, user.id)) || createId()
  return { session, user, token: tokens.issue(session, user), deviceToken: devices.issue(user.id, deviceId) }
}

async function endSurplus(identity: Identity, started: Session, client: Client): Promise<void> {
  const { sessions, settings } = identity
  const now = started.createdAt
  const live = await sessions.listByUser(started.user.id, now, 'BROWSER')
  const others = live.filter(({ id }) => id !== started.id)
  for (const { id } of others.slice(settings.perUser - 1)) {
    if (!(await sessions.end(id, 'REVOKED', now))) continue
    const subject = { type: 'Session', id } as const
    const detail = `more than ${settings.perUser} sessions`
    await record(identity, { actorId: started.user.id, ...client }, { action: 'SESSION_REVOKED', subject, detail })
  }
}

function secondsAfter(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000)
}
