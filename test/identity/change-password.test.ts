import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuthenticationError, InputError, RateLimitError } from '../../src/errors.ts'
import { authenticate } from '../../src/identity/authenticate.ts'
import { changePassword } from '../../src/identity/change-password.ts'
import type { SignedIn } from '../../src/identity/identity.ts'
import { defaultThrottleSettings } from '../../src/identity/throttle-settings.ts'
import {
  clientAt,
  countHashing,
  createTestIdentity,
  home,
  loginByPassword,
  newPassword,
  password,
  registerAda,
  suspend,
  type TestIdentity,
} from './create-test-identity.ts'

const email = 'ada@example.com'
/** Lets a race reach the database instead of being sorted out before it. */
const unthrottled = { ...defaultThrottleSettings, waits: Array.from({ length: 100 }, () => 0) }

describe('changePassword()', () => {
  let identity: TestIdentity
  let ada: SignedIn
  beforeEach(async () => {
    identity = await createTestIdentity({ throttleSettings: unthrottled })
    ada = await registerAda(identity)
    identity.clock.advance(60)
  })
  afterEach(() => identity.opened.close())

  const input = () => ({ user: ada.user, session: ada.session, currentPassword: password, newPassword })
  const liveIds = async () =>
    (await identity.sessions.listByUser(ada.user.id, identity.clock.now())).map(({ id }) => id).sort()

  it('makes the new password good and the old one bad', async () => {
    await changePassword(identity, input(), home)
    await expect(loginByPassword(identity, { email, password }, home)).rejects.toThrow(AuthenticationError)
    expect((await loginByPassword(identity, { email, password: newPassword }, home)).user.id).toBe(ada.user.id)
  })

  it('goes on under a new session id and ends every other session', async () => {
    const other = await loginByPassword(identity, { email, password }, home)
    const changed = await changePassword(identity, input(), clientAt(home.ipAddress, ada.deviceToken))
    expect(await liveIds()).toEqual([changed.session.id])
    expect([ada.session.id, other.session.id]).not.toContain(changed.session.id)
    expect(changed.session.authenticatedAt).toEqual(identity.clock.now())
    expect(await authenticate(identity, changed.token)).toMatchObject({ kind: 'signed-in' })
    expect(await authenticate(identity, other.token)).toEqual({ kind: 'anonymous', clearCookie: true })
    expect(await authenticate(identity, ada.token)).toEqual({ kind: 'anonymous', clearCookie: false })
    const device = identity.devices.verify(ada.deviceToken, ada.user.id)
    expect(identity.devices.verify(changed.deviceToken, ada.user.id)).toBe(device)
  })

  it('proves no more than the password: with a second factor, the session is as fresh as it was', async () => {
    const app = { id: identity.createId(), userId: ada.user.id }
    const { createdAt, authenticatedAt } = ada.session
    await identity.totpAuthenticators.create({ ...app, sealedSecret: 'sealed', createdAt })
    await identity.totpAuthenticators.confirm(app, 1, createdAt)
    const session = { ...ada.session, methods: ['PASSWORD', 'TOTP'] as const }
    const changed = await changePassword(identity, { ...input(), session }, home)
    expect(changed.session).toMatchObject({ authenticatedAt, methods: ['PASSWORD', 'TOTP'] })
    expect(authenticatedAt).not.toEqual(identity.clock.now())
  })

  it('records the change and the sessions it ended', async () => {
    const other = await loginByPassword(identity, { email, password }, home)
    await changePassword(identity, input(), home)
    const origin = { actorId: ada.user.id, ipAddress: '192.0.2.1', userAgent: 'Test/1.0' }
    expect((await identity.recorded()).slice(-2)).toEqual([
      { ...origin, action: 'PASSWORD_CHANGED', subject: { type: 'User', id: ada.user.id }, detail: null },
      {
        ...origin,
        action: 'SESSION_REVOKED',
        subject: { type: 'Session', id: other.session.id },
        detail: 'password changed',
      },
    ])
  })

  it('refuses a wrong current password, records that, and changes nothing', async () => {
    const hash = await identity.passwords.find(ada.user.id)
    const failing = changePassword(identity, { ...input(), currentPassword: 'not the right one' }, home)
    await expect(failing).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
      message: 'The current password is wrong',
    })
    expect(await identity.passwords.find(ada.user.id)).toBe(hash)
    expect(await liveIds()).toEqual([ada.session.id])
    expect((await identity.recorded()).slice(1)).toEqual([
      {
        action: 'PASSWORD_CHANGE_FAILED',
        actorId: ada.user.id,
        subject: { type: 'User', id: ada.user.id },
        detail: null,
        ipAddress: '192.0.2.1',
        userAgent: 'Test/1.0',
      },
    ])
  })

  it.each(['too short', 'aaaaaaaaaaaaaaaa', 'my name is ada lovelace', 'i am ada@example.com'])(
    'refuses the new password "%s" before it looks at the current one',
    async (weak) => {
      identity.hasher = countHashing()
      const failing = changePassword(identity, { ...input(), newPassword: weak }, home)
      await expect(failing).rejects.toThrow(InputError)
      await expect(failing).rejects.toMatchObject({ argument: 'newPassword' })
      expect(identity.hasher).toMatchObject({ verifications: 0, hashes: 0 })
      expect(await liveIds()).toEqual([ada.session.id])
      expect(await identity.recorded()).toHaveLength(1)
    },
  )

  it('has one winner of twenty at once, and the others change nothing', async () => {
    const wanted = Array.from({ length: 20 }, (_, index) => `sesame number ${index} in the tests`)
    const results = await Promise.allSettled(
      wanted.map((each) => changePassword(identity, { ...input(), newPassword: each }, home)),
    )
    const winners = results.flatMap((result, index) =>
      result.status === 'fulfilled' ? [{ index, signedIn: result.value }] : [],
    )
    expect(winners).toHaveLength(1)
    for (const result of results)
      if (result.status === 'rejected') expect(['CONFLICT', 'INVALID_CREDENTIALS']).toContain(result.reason.code)
    const [winner] = winners
    expect(await liveIds()).toEqual([winner?.signedIn.session.id])
    expect((await identity.recorded()).filter(({ action }) => action === 'PASSWORD_CHANGED')).toHaveLength(1)
    expect(
      (await loginByPassword(identity, { email, password: wanted[winner?.index ?? -1] ?? '' }, home)).user.id,
    ).toBe(ada.user.id)
  })

  it('refuses a session that ended while the password was being verified, and changes nothing', async () => {
    const hash = await identity.passwords.find(ada.user.id)
    const hasher = { ...identity.hasher }
    hasher.verify = async (known, text) => {
      await identity.sessions.end(ada.session.id, 'REVOKED', identity.clock.now())
      return identity.hasher.verify(known, text)
    }
    const failing = changePassword({ ...identity, hasher }, input(), home)
    await expect(failing).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await identity.passwords.find(ada.user.id)).toBe(hash)
    expect(await liveIds()).toEqual([])
    expect(await identity.recorded()).toHaveLength(1)
  })

  it('signs nobody in whose account was suspended meanwhile', async () => {
    const { token } = await changePassword(identity, input(), home)
    await suspend(identity, identity.clock.now())
    expect(await authenticate(identity, token)).toEqual({ kind: 'anonymous', clearCookie: true })
  })
})

describe('changePassword() under the throttle', () => {
  it('makes a guesser wait from the fifth failure, whatever network they come from', async () => {
    const identity = await createTestIdentity()
    try {
      const { user, session } = await registerAda(identity)
      identity.hasher = countHashing()
      const guess = (index: number) => {
        const input = { user, session, currentPassword: `guess number ${index}`, newPassword }
        return changePassword(identity, input, clientAt(`198.51.100.${index}`))
      }
      const guesses = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => guess(index)))
      const errors = guesses.map((result) => (result.status === 'rejected' ? result.reason : null))
      expect(errors.filter((error) => error instanceof AuthenticationError)).toHaveLength(5)
      expect(errors.filter((error) => error instanceof RateLimitError)).toHaveLength(15)
      expect(identity.hasher).toMatchObject({ verifications: 5, hashes: 0 })

      identity.clock.advance(1)
      const right = { user, session, currentPassword: password, newPassword }
      expect((await changePassword(identity, right, home)).user.id).toBe(user.id)
    } finally {
      await identity.opened.close()
    }
  })
})
