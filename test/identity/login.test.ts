import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuthenticationError, ConflictError, RateLimitError } from '../../src/errors.ts'
import { authenticate } from '../../src/identity/authenticate.ts'
import type { Identity, SignedIn } from '../../src/identity/identity.ts'
import { createPasswordHasher } from '../../src/identity/password/hash.ts'
import { defaultThrottleSettings } from '../../src/identity/throttle-settings.ts'
import {
  clientAt,
  countHashing,
  createTestIdentity,
  elsewhere,
  home,
  loginByPassword,
  newPassword,
  password,
  registerAda,
  suspend,
  type TestIdentity,
} from './create-test-identity.ts'

const email = 'ada@example.com'

describe('login()', () => {
  let identity: TestIdentity
  let ada: SignedIn
  beforeEach(async () => {
    identity = await createTestIdentity()
    ada = await registerAda(identity)
    identity.hasher = countHashing()
  })
  afterEach(() => identity.opened.close())

  const refused = async (attempt: Promise<unknown>) => {
    const error = await attempt.then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(AuthenticationError)
    return error as AuthenticationError
  }
  const liveSessions = () => identity.sessions.listByUser(ada.user.id, identity.clock.now())

  it('starts a new session by address, in any letter case, and password', async () => {
    identity.clock.advance(5)
    const { session, user, token } = await loginByPassword(identity, { email: 'ADA@example.COM', password }, home)
    const now = identity.clock.now()
    expect(user).toEqual(ada.user)
    expect(session).toEqual({
      id: expect.any(String),
      user: { id: ada.user.id },
      kind: 'BROWSER',
      name: null,
      permissions: null,
      methods: ['PASSWORD'],
      userAgent: 'Test/1.0',
      ipAddress: '192.0.2.1',
      createdAt: now,
      authenticatedAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + 7 * 86_400_000),
      endsAt: new Date(now.getTime() + 30 * 86_400_000),
    })
    expect(session.id).not.toBe(ada.session.id)
    expect(await liveSessions()).toEqual([session, ada.session])
    expect(await authenticate(identity, token)).toMatchObject({ kind: 'signed-in', session: { id: session.id } })
  })

  it('records the sign-in', async () => {
    const { session } = await loginByPassword(identity, { email, password }, home)
    expect((await identity.recorded()).at(-1)).toEqual({
      action: 'LOGIN_SUCCEEDED',
      actorId: ada.user.id,
      subject: { type: 'Session', id: session.id },
      detail: null,
      ipAddress: '192.0.2.1',
      userAgent: 'Test/1.0',
    })
  })

  it('refuses a wrong password, an unknown address and a suspended account alike, after the same work', async () => {
    const wrong = await refused(loginByPassword(identity, { email, password: newPassword }, home))
    const unknown = await refused(loginByPassword(identity, { email: 'nobody@example.com', password }, home))
    await suspend(identity, identity.clock.now())
    const suspended = await refused(loginByPassword(identity, { email, password }, home))
    for (const { message, extensions } of [wrong, unknown, suspended])
      expect({ message, extensions }).toEqual({
        message: 'Invalid email or password',
        extensions: { code: 'INVALID_CREDENTIALS' },
      })
    expect(identity.hasher).toMatchObject({ verifications: 3, hashes: 0 })
    expect(await liveSessions()).toEqual([ada.session])
  })

  it.each([
    ['an unknown address', 'nobody@example.com', password],
    ['a wrong password', email, newPassword],
    ['the right password', email, password],
  ])('verifies exactly one hash for %s', async (_, address, text) => {
    await Promise.allSettled([loginByPassword(identity, { email: address, password: text }, home)])
    expect(identity.hasher).toMatchObject({ verifications: 1, hashes: 0 })
  })

  it('asks the same of the database for an unknown address as for a known one', async () => {
    const traceOf = async (address: string) => {
      const calls: string[] = []
      const traced = traceStores(identity, calls)
      await refused(loginByPassword(traced, { email: address, password: newPassword }, home))
      return calls
    }
    const known = await traceOf(email)
    expect(known).toEqual(['users.findByEmail', 'passwords.find', 'audit.append'])
    expect(await traceOf('nobody@example.com')).toEqual(known)
  })

  it('records a failure at a known address with its user, and at an unknown one without what was typed', async () => {
    await refused(loginByPassword(identity, { email, password: 'typed password' }, home))
    await refused(loginByPassword(identity, { email: 'my-password@example.com', password: 'typed password' }, home))
    await suspend(identity, identity.clock.now())
    await refused(loginByPassword(identity, { email, password }, home))
    const failures = (await identity.recorded()).slice(1)
    const origin = { action: 'LOGIN_FAILED', actorId: null, ipAddress: '192.0.2.1', userAgent: 'Test/1.0' }
    const subject = { type: 'User', id: ada.user.id }
    expect(failures).toEqual([
      { ...origin, subject, detail: 'wrong password' },
      { ...origin, subject: null, detail: 'unknown address' },
      { ...origin, subject, detail: 'suspended account' },
    ])
    expect(JSON.stringify(failures)).not.toMatch(/typed password|my-password/)
  })

  it('refuses an account that has no password', async () => {
    const { db, tables } = identity.opened.database
    await db.delete(tables.credentials)
    await refused(loginByPassword(identity, { email, password }, home))
    await refused(loginByPassword(identity, { email, password: '' }, home))
    expect(await liveSessions()).toEqual([ada.session])
  })

  it('makes the hash anew when its parameters changed, and only after the right password', async () => {
    const before = await identity.passwords.find(ada.user.id)
    identity.hasher = countHashing(
      createPasswordHasher({ memory: 19_456, iterations: 3, parallelism: 1, concurrency: 2, queue: 64 }),
    )
    await refused(loginByPassword(identity, { email, password: newPassword }, home))
    expect(await identity.passwords.find(ada.user.id)).toBe(before)
    await loginByPassword(identity, { email, password }, home)
    const after = await identity.passwords.find(ada.user.id)
    expect(after).toContain('$m=19456,t=3,p=1$')
    await loginByPassword(identity, { email, password }, home)
    expect(await identity.passwords.find(ada.user.id)).toBe(after)
  })

  it('refuses the old password when it is changed while it is being verified, and starts no session', async () => {
    const hash = await identity.hasher.hash(newPassword)
    const hasher = { ...identity.hasher }
    hasher.verify = async (known, text) => {
      const matches = await identity.hasher.verify(known, text)
      await identity.passwords.replace(ada.user.id, known, hash, identity.clock.now())
      return matches
    }
    const late = loginByPassword({ ...identity, hasher }, { email, password }, home)
    await expect(late).rejects.toThrow(ConflictError)
    expect(await liveSessions()).toEqual([ada.session])
  })

  it('refuses a user who is suspended while the password is being verified', async () => {
    const hasher = { ...identity.hasher }
    hasher.verify = async (known, text) => {
      await suspend(identity, identity.clock.now())
      return identity.hasher.verify(known, text)
    }
    await refused(loginByPassword({ ...identity, hasher }, { email, password }, home))
    expect(await liveSessions()).toEqual([ada.session])
  })

  it('ends the session that the browser was signed in with, and adopts none', async () => {
    const { session } = await loginByPassword(identity, { email, password, currentSession: ada.session }, home)
    expect(await liveSessions()).toEqual([session])
    expect((await identity.sessions.findRecord(ada.session.id))?.ended?.reason).toBe('ROTATED')
  })

  it('leaves the session that the browser was signed in with alone when it fails', async () => {
    await refused(loginByPassword(identity, { email, password: newPassword, currentSession: ada.session }, home))
    expect(await liveSessions()).toEqual([ada.session])
  })

  it('writes nothing when the last of its writes fails', async () => {
    const audit = { ...identity.audit, append: () => Promise.reject(new TypeError('disk full')) }
    await expect(loginByPassword({ ...identity, audit }, { email, password }, home)).rejects.toThrow('disk full')
    expect(await liveSessions()).toEqual([ada.session])
  })
})

describe('login() under the throttle', () => {
  let identity: TestIdentity
  let ada: SignedIn
  beforeEach(async () => {
    identity = await createTestIdentity()
    ada = await registerAda(identity)
    identity.hasher = countHashing()
  })
  afterEach(() => identity.opened.close())

  const fail = (client = home, address = email) =>
    loginByPassword(identity, { email: address, password: newPassword }, client).then(
      () => expect.unreachable('a wrong password was accepted'),
      (error: unknown) => error,
    )

  it('lets four failures go by and makes the fifth wait a second, the sixth two', async () => {
    for (let count = 0; count < 5; count++) expect(await fail()).toBeInstanceOf(AuthenticationError)
    expect(await fail()).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 1 })
    identity.clock.advance(1)
    expect(await fail()).toBeInstanceOf(AuthenticationError)
    expect(await fail()).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 2 })
  })

  it('refuses the right password too while it has to wait, without looking at it', async () => {
    for (let count = 0; count < 5; count++) await fail()
    identity.hasher.verifications = 0
    await expect(loginByPassword(identity, { email, password }, home)).rejects.toThrow(RateLimitError)
    expect(identity.hasher.verifications).toBe(0)
    identity.clock.advance(1)
    await loginByPassword(identity, { email, password }, home)
  })

  it('counts an unknown address just the same', async () => {
    for (let count = 0; count < 5; count++)
      expect(await fail(home, 'nobody@example.com')).toBeInstanceOf(AuthenticationError)
    expect(await fail(home, 'Nobody@Example.com')).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 1 })
  })

  it('starts from nothing after a success', async () => {
    for (let count = 0; count < 4; count++) await fail()
    await loginByPassword(identity, { email, password }, home)
    for (let count = 0; count < 5; count++) expect(await fail()).toBeInstanceOf(AuthenticationError)
  })

  it('checks five of twenty passwords that come at once, from one network or many', async () => {
    const attempts = Array.from({ length: 20 }, (_, index) => fail(clientAt(`198.51.100.${index}`)))
    const errors = await Promise.all(attempts)
    expect(errors.filter((error) => error instanceof AuthenticationError)).toHaveLength(5)
    expect(errors.filter((error) => error instanceof RateLimitError)).toHaveLength(15)
    expect(identity.hasher.verifications).toBe(5)
  })

  it('does not let strangers lock out the browser that signed in before', async () => {
    for (let count = 0; count < 6; count++) await fail(elsewhere)
    await expect(loginByPassword(identity, { email, password }, home)).rejects.toThrow(RateLimitError)
    const known = clientAt(home.ipAddress, ada.deviceToken)
    expect((await loginByPassword(identity, { email, password }, known)).user.id).toBe(ada.user.id)
  })

  it('limits a known browser by itself', async () => {
    const known = clientAt(home.ipAddress, ada.deviceToken)
    for (let count = 0; count < 5; count++) expect(await fail(known)).toBeInstanceOf(AuthenticationError)
    expect(await fail(known)).toBeInstanceOf(RateLimitError)
    expect(await fail(home)).toBeInstanceOf(AuthenticationError)
  })

  it("takes another user's known browser, and a forged one, for a stranger's", async () => {
    for (let count = 0; count < 6; count++) await fail(elsewhere)
    const foreign = identity.devices.issue('somebody-else', 'device-1')
    for (const deviceToken of [foreign, 'forged', '', ada.token])
      expect(await fail(clientAt(home.ipAddress, deviceToken))).toBeInstanceOf(RateLimitError)
  })

  it('keeps the id of a known browser and gives a new browser a new one', async () => {
    const deviceOf = ({ deviceToken }: SignedIn) => identity.devices.verify(deviceToken, ada.user.id)
    const again = await loginByPassword(identity, { email, password }, clientAt(home.ipAddress, ada.deviceToken))
    const other = await loginByPassword(identity, { email, password }, home)
    expect(deviceOf(again)).toBe(deviceOf(ada))
    expect(deviceOf(other)).not.toBe(deviceOf(ada))
    expect(deviceOf(other)).not.toBeNull()
  })

  it('checks no more than a hundred wrong passwords in a row, however long the guesser waits', async () => {
    for (let count = 0; count < 100; count++) {
      identity.clock.advance(3600)
      expect(await fail()).toBeInstanceOf(AuthenticationError)
    }
    identity.hasher.verifications = 0
    expect(await fail()).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 86_400 })
    identity.clock.advance(86_400)
    expect(await fail()).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 86_400 })
    expect(identity.hasher.verifications).toBe(0)
  })

  it('ends such a lock when the owner signs in from a known browser', async () => {
    for (let count = 0; count < 101; count++) {
      identity.clock.advance(3600)
      await fail(elsewhere)
    }
    const known = clientAt(home.ipAddress, ada.deviceToken)
    await loginByPassword(identity, { email, password }, known)
    expect(defaultThrottleSettings.waits).toHaveLength(100)
    expect(await fail(elsewhere)).toBeInstanceOf(AuthenticationError)
  })
})

describe('the sessions of a user', () => {
  it('are at most as many as the setting says: the least recently used one ends, recorded', async () => {
    const settings = { idle: 3600, absolute: 86_400, perUser: 3 }
    const identity = await createTestIdentity({ settings })
    try {
      const sessions = [(await registerAda(identity)).session]
      for (let count = 1; count < 4; count++) {
        identity.clock.advance(1)
        sessions.push((await loginByPassword(identity, { email, password }, home)).session)
      }
      const [first, ...others] = sessions
      const live = await identity.sessions.listByUser(first?.user.id ?? '', identity.clock.now())
      expect(live.map(({ id }) => id)).toEqual(others.map(({ id }) => id).reverse())
      const revoked = (await identity.recorded()).filter(({ action }) => action === 'SESSION_REVOKED')
      expect(revoked).toEqual([
        expect.objectContaining({ subject: { type: 'Session', id: first?.id }, detail: 'more than 3 sessions' }),
      ])
    } finally {
      await identity.opened.close()
    }
  })

  it('leave API tokens alone, which count for none of them', async () => {
    const settings = { idle: 3600, absolute: 86_400, perUser: 1 }
    const identity = await createTestIdentity({ settings })
    try {
      const { session } = await registerAda(identity)
      await identity.sessions.create({ ...session, id: 'token', kind: 'API_TOKEN', name: 'Export' })
      identity.clock.advance(1)
      const signedIn = await loginByPassword(identity, { email, password }, home)
      const live = await identity.sessions.listByUser(session.user.id, identity.clock.now())
      expect(live.map(({ id }) => id)).toEqual([signedIn.session.id, 'token'])
    } finally {
      await identity.opened.close()
    }
  })

  it('stay at that number when four sign in at the same instant, and the newest stay', async () => {
    const settings = { idle: 3600, absolute: 86_400, perUser: 2 }
    const identity = await createTestIdentity({ settings })
    try {
      const ada = await registerAda(identity)
      const signedIn = await Promise.all(
        Array.from({ length: 4 }, () => loginByPassword(identity, { email, password }, home)),
      )
      const live = await identity.sessions.listByUser(ada.user.id, identity.clock.now())
      expect(live).toHaveLength(2)
      const last = signedIn
        .map(({ session }) => session.id)
        .sort()
        .at(-1)
      expect(live.map(({ id }) => id)).toContain(last)
    } finally {
      await identity.opened.close()
    }
  })
})

/** The same identity, noting which store was asked what. The throttle is a store of its own and keeps its own tests. */
function traceStores(identity: TestIdentity, calls: string[]): Identity {
  const trace = <Store extends object>(name: string, store: Store): Store =>
    new Proxy(store, {
      get(target, property, receiver) {
        const value: unknown = Reflect.get(target, property, receiver)
        if (typeof value === 'function') calls.push(`${name}.${String(property)}`)
        return value
      },
    })
  return {
    ...identity,
    users: trace('users', identity.users),
    passwords: trace('passwords', identity.passwords),
    sessions: trace('sessions', identity.sessions),
    audit: trace('audit', identity.audit),
  }
}
