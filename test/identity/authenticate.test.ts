import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authenticate } from '../../src/identity/authenticate.ts'
import type { Identity, SignedIn } from '../../src/identity/identity.ts'
import { register } from '../../src/identity/register.ts'
import type { SessionStore } from '../../src/identity/session.ts'
import { createTestIdentity, home, password, registerAda, suspend, type TestIdentity } from './create-test-identity.ts'

const anonymous = { kind: 'anonymous', clearCookie: false }
const cleared = { kind: 'anonymous', clearCookie: true }
const hour = 3600
const day = 86_400

describe('authenticate()', () => {
  let identity: TestIdentity
  let ada: SignedIn
  beforeEach(async () => {
    identity = await createTestIdentity({ settings: { idle: day, absolute: 3 * day, perUser: 20 } })
    ada = await registerAda(identity)
  })
  afterEach(() => identity.opened.close())

  const standing = async () => (await identity.sessions.findRecord(ada.session.id))?.session
  const inSeconds = (seconds: number) => new Date(identity.clock.now().getTime() + seconds * 1000)
  /** Uses the session so that it is never idle, with whatever token it was given last. */
  async function keepUsing(seconds: number, step: number): Promise<string> {
    let { token } = ada
    for (let used = 0; used < seconds; used += step) {
      identity.clock.advance(step)
      const result = await authenticate(identity, token)
      if (result.kind === 'signed-in') token = result.renewedToken ?? token
    }
    return token
  }

  it('gives the session and its user, by one read', async () => {
    const calls: string[] = []
    const sessions = tracing(identity.sessions, calls)
    expect(await authenticate({ ...identity, sessions }, ada.token)).toEqual({
      kind: 'signed-in',
      session: ada.session,
      user: ada.user,
      renewedToken: null,
    })
    expect(calls).toEqual(['findRecord'])
  })

  it('takes no API token for a browser, though its session stands', async () => {
    const session = { ...ada.session, id: 'token', kind: 'API_TOKEN', name: 'Export' } as const
    await identity.sessions.create(session)
    const disguised = { ...session, kind: 'BROWSER' } as const
    expect(await authenticate(identity, identity.tokens.issue(disguised, ada.user))).toEqual(cleared)
    expect(await identity.sessions.find('token', identity.clock.now())).toEqual(session)
  })

  it('takes no token for an anonymous viewer without a cookie, and reads nothing', async () => {
    const calls: string[] = []
    expect(await authenticate({ ...identity, sessions: tracing(identity.sessions, calls) }, null)).toEqual(anonymous)
    expect(calls).toEqual([])
  })

  it.each(['', 'garbage', 'a.b.c', '\0', '💥'.repeat(5000)])(
    'clears the cookie of a bad token, and reads nothing',
    async (token) => {
      const calls: string[] = []
      expect(await authenticate({ ...identity, sessions: tracing(identity.sessions, calls) }, token)).toEqual(cleared)
      expect(calls).toEqual([])
    },
  )

  it('takes no device token', async () => {
    expect(await authenticate(identity, ada.deviceToken)).toEqual(cleared)
  })

  it('leaves the cookie alone while the clock is set back, and signs in again when it is right', async () => {
    identity.clock.advance(-hour)
    expect(await authenticate(identity, ada.token)).toEqual(anonymous)
    identity.clock.advance(hour)
    expect((await authenticate(identity, ada.token)).kind).toBe('signed-in')
  })

  it('refuses a session that does not exist', async () => {
    const token = identity.tokens.issue({ ...ada.session, id: 'made-up' }, ada.user)
    expect(await authenticate(identity, token)).toEqual(cleared)
  })

  it("refuses a token whose subject is not the session's user", async () => {
    const token = identity.tokens.issue(ada.session, { ...ada.user, id: 'somebody-else' })
    expect(await authenticate(identity, token)).toEqual(cleared)
  })

  it('refuses a suspended user, and one who is gone', async () => {
    await suspend(identity, identity.clock.now())
    expect(await authenticate(identity, ada.token)).toEqual(cleared)
    const { db, tables } = identity.opened.database
    await db.delete(tables.users)
    expect(await authenticate(identity, ada.token)).toEqual(cleared)
  })

  it.each(['LOGOUT', 'REVOKED'] as const)('refuses a session that ended by %s', async (reason) => {
    await identity.sessions.end(ada.session.id, reason, identity.clock.now())
    expect(await authenticate(identity, ada.token)).toEqual(cleared)
  })

  it('leaves the cookie alone for sixty seconds after the session was rotated', async () => {
    await identity.sessions.end(ada.session.id, 'ROTATED', identity.clock.now())
    expect(await authenticate(identity, ada.token)).toEqual(anonymous)
    identity.clock.advance(60)
    expect(await authenticate(identity, ada.token)).toEqual(anonymous)
    identity.clock.advance(1)
    expect(await authenticate(identity, ada.token)).toEqual(cleared)
  })

  it('reads the roles anew each time', async () => {
    await identity.roles.assign(ada.user.id, 'ADMIN', null, identity.clock.now())
    const result = await authenticate(identity, ada.token)
    if (result.kind !== 'signed-in') return expect.unreachable()
    expect([...result.user.roles].sort()).toEqual(['ADMIN', 'MEMBER'])
  })

  it('throws when the store cannot be read, instead of signing anybody out', async () => {
    const sessions = { ...identity.sessions, findRecord: () => Promise.reject(new TypeError('no database')) }
    await expect(authenticate({ ...identity, sessions }, ada.token)).rejects.toThrow('no database')
  })

  describe('at the ends of a session', () => {
    it('lasts up to its idle end and not a moment longer, whatever skew the token is allowed', async () => {
      identity.clock.advance(day - 0.001)
      expect(await authenticate(identity, ada.token)).toMatchObject({ kind: 'signed-in' })
      const other = await register(identity, { email: 'bob@example.com', password, name: 'Bob Builder' }, home)
      identity.clock.advance(day)
      expect(identity.tokens.verify(other.token)).toHaveProperty('claims')
      expect(await authenticate(identity, other.token)).toEqual(cleared)
    })

    it('moves its idle end on while it is used, and never beyond its absolute end', async () => {
      const token = await keepUsing(2.5 * day, 6 * hour)
      expect(await standing()).toMatchObject({ expiresAt: ada.session.endsAt })
      identity.clock.advance(0.5 * day - 1)
      const last = await authenticate(identity, token)
      expect(last).toMatchObject({ kind: 'signed-in', session: { expiresAt: ada.session.endsAt } })
      identity.clock.advance(1)
      expect(await authenticate(identity, token)).toEqual(cleared)
    })
  })

  describe('of a session in use', () => {
    it('notes the use once a minute at most', async () => {
      identity.clock.advance(59)
      await authenticate(identity, ada.token)
      expect(await standing()).toEqual(ada.session)
      identity.clock.advance(1)
      const result = await authenticate(identity, ada.token)
      const touched = { ...ada.session, lastUsedAt: identity.clock.now(), expiresAt: inSeconds(day) }
      expect(result).toEqual({ kind: 'signed-in', session: touched, user: ada.user, renewedToken: null })
      expect(await standing()).toEqual(touched)
      identity.clock.advance(59)
      await authenticate(identity, ada.token)
      expect(await standing()).toEqual(touched)
    })

    it('renews the token when it is older than ten minutes', async () => {
      identity.clock.advance(600)
      expect(await authenticate(identity, ada.token)).toMatchObject({ kind: 'signed-in', renewedToken: null })
      identity.clock.advance(1)
      const result = await authenticate(identity, ada.token)
      if (result.kind !== 'signed-in' || !result.renewedToken) return expect.unreachable()
      expect(identity.tokens.verify(result.renewedToken)).toMatchObject({
        claims: {
          sub: ada.user.id,
          sid: ada.session.id,
          iat: identity.clock.now().getTime() / 1000,
          exp: result.session.expiresAt.getTime() / 1000,
          auth_time: ada.session.authenticatedAt.getTime() / 1000,
        },
      })
      expect(await authenticate(identity, result.renewedToken)).toMatchObject({ kind: 'signed-in', renewedToken: null })
    })

    it('renews the token at once when the roles in it are no longer those of the store', async () => {
      await identity.roles.assign(ada.user.id, 'EDITOR', null, identity.clock.now())
      const more = await authenticate(identity, ada.token)
      if (more.kind !== 'signed-in' || !more.renewedToken) return expect.unreachable()
      expect(await authenticate(identity, more.renewedToken)).toMatchObject({ renewedToken: null })
      await identity.roles.withdraw(ada.user.id, 'EDITOR')
      await identity.roles.withdraw(ada.user.id, 'MEMBER')
      await identity.roles.assign(ada.user.id, 'ADMIN', null, identity.clock.now())
      const other = await authenticate(identity, ada.token)
      if (other.kind !== 'signed-in' || !other.renewedToken) return expect.unreachable()
      expect(identity.tokens.verify(other.renewedToken)).toMatchObject({ claims: { roles: ['ADMIN'] } })
    })

    it('lets twenty requests at once renew, and all are signed in', async () => {
      identity.clock.advance(601)
      const results = await Promise.all(Array.from({ length: 20 }, () => authenticate(identity, ada.token)))
      for (const result of results) expect(result).toMatchObject({ kind: 'signed-in', user: { id: ada.user.id } })
    })

    it.each([
      ['REVOKED', cleared],
      ['LOGOUT', cleared],
      ['ROTATED', anonymous],
    ] as const)('never renews the token of a session that ends by %s after it was read', async (reason, expected) => {
      identity.clock.advance(601)
      expect(await authenticate(endingAfterFirstRead(identity, reason), ada.token)).toEqual(expected)
      expect((await standing())?.lastUsedAt).toEqual(ada.session.lastUsedAt)
    })

    it('never renews it either when only the roles differ', async () => {
      await identity.roles.assign(ada.user.id, 'ADMIN', null, identity.clock.now())
      expect(await authenticate(endingAfterFirstRead(identity, 'REVOKED'), ada.token)).toEqual(cleared)
    })
  })
})

/** The same store, noting which methods are called. */
function tracing(store: SessionStore, calls: string[]): SessionStore {
  return new Proxy(store, {
    get(target, property, receiver) {
      calls.push(String(property))
      return Reflect.get(target, property, receiver)
    },
  })
}

/** Somebody ends the session right after a request has read it. */
function endingAfterFirstRead(identity: TestIdentity, reason: 'LOGOUT' | 'REVOKED' | 'ROTATED'): Identity {
  let first = true
  const sessions: SessionStore = {
    ...identity.sessions,
    async findRecord(id) {
      const record = await identity.sessions.findRecord(id)
      if (first) await identity.sessions.end(id, reason, identity.clock.now())
      first = false
      return record
    },
  }
  return { ...identity, sessions }
}
