import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConflictError, NotFoundError } from '../../../src/errors.ts'
import { createId } from '../../../src/id.ts'
import type { SignedIn } from '../../../src/identity/identity.ts'
import { resetSecondFactor } from '../../../src/identity/totp/reset-second-factor.ts'
import { dumpDatabase } from '../../support/house.ts'
import { createTestIdentity, registerAda, type TestIdentity } from '../create-test-identity.ts'

let identity: TestIdentity
let ada: SignedIn
beforeEach(async () => {
  identity = await createTestIdentity()
  ada = await registerAda(identity)
})
afterEach(() => identity.opened.close())

const origin = { actorId: null, ipAddress: null, userAgent: 'command line' }
const reset = (userId = ada.user.id) => resetSecondFactor(identity, userId, origin)

/** An app that has proved that it works. */
async function enroll(userId: string): Promise<string> {
  const { totpAuthenticators, clock } = identity
  const id = createId()
  await totpAuthenticators.create({ id, userId, sealedSecret: 'sealed', createdAt: clock.now() })
  await totpAuthenticators.confirm({ id, userId }, 1, clock.now())
  return id
}

describe('resetSecondFactor()', () => {
  it('takes the app away, and leaves the password', async () => {
    await enroll(ada.user.id)
    const hash = await identity.passwords.find(ada.user.id)
    await reset()
    expect(await identity.totpAuthenticators.findConfirmed(ada.user.id)).toBeNull()
    expect(await identity.passwords.find(ada.user.id)).toBe(hash)
  })

  it('takes recovery codes away', async () => {
    await identity.recoveryCodes.replaceAll(ada.user.id, ['one', 'two'])
    await reset()
    expect(await identity.recoveryCodes.countUnused(ada.user.id)).toBe(0)
    expect(await identity.recoveryCodes.consume(ada.user.id, 'one', identity.clock.now())).toBe(false)
  })

  it('makes second steps worthless that had begun', async () => {
    await enroll(ada.user.id)
    const purpose = 'SECOND_FACTOR'
    const request = { purpose, userId: ada.user.id, binding: null, lifetime: 300, attempts: 5 } as const
    const { secret: token } = await identity.oneTimeSecrets.createToken(request)
    await reset()
    expect(await identity.oneTimeSecrets.consume({ purpose, token, binding: null })).toBeNull()
  })

  it('opens the second step that failures had locked, and no other user’s', async () => {
    await enroll(ada.user.id)
    const attempt = (userId: string) =>
      identity.throttle.admitSecondFactor({ userId, ipAddress: null, device: null }).then(
        () => 'admitted',
        ({ code }) => code,
      )
    for (const userId of [ada.user.id, 'another']) {
      for (let times = 0; times < 10; times++) {
        await attempt(userId)
        identity.clock.advance(6)
      }
      expect(await attempt(userId)).toBe('RATE_LIMITED')
    }
    await expect(reset('nobody')).rejects.toThrow(NotFoundError)
    expect(await attempt(ada.user.id)).toBe('RATE_LIMITED')
    await reset()
    expect(await attempt(ada.user.id)).toBe('admitted')
    expect(await attempt('another')).toBe('RATE_LIMITED')
  })

  it('ends every session and records all of it', async () => {
    await enroll(ada.user.id)
    await reset()
    expect(await identity.sessions.listByUser(ada.user.id, identity.clock.now())).toEqual([])
    expect((await identity.recorded()).slice(-2)).toEqual([
      { action: 'SECOND_FACTOR_RESET', subject: { type: 'User', id: ada.user.id }, detail: null, ...origin },
      {
        action: 'SESSION_REVOKED',
        subject: { type: 'Session', id: ada.session.id },
        detail: 'second factor reset',
        ...origin,
      },
    ])
  })

  it('tells its user by mail, once it has happened', async () => {
    await identity.users.verifyEmail(ada.user, identity.clock.now())
    await expect(reset()).rejects.toThrow(ConflictError)
    expect(dumpDatabase(identity.opened.path).mails).toEqual([])
    await enroll(ada.user.id)
    await reset()
    const mail = { to_address: ada.user.email, template: 'second-factor-reset' }
    expect(dumpDatabase(identity.opened.path).mails).toEqual([expect.objectContaining(mail)])
  })

  it('leaves the factors of others alone', async () => {
    const id = createId()
    const now = identity.clock.now()
    const bob = { id, name: 'Bob', email: 'bob@example.com', emailVerified: true, suspended: false, createdAt: now }
    await identity.users.create({ ...bob, roles: [] })
    const authenticator = await enroll(id)
    await identity.recoveryCodes.replaceAll(id, ['one'])
    await enroll(ada.user.id)
    await reset()
    expect((await identity.totpAuthenticators.findConfirmed(id))?.id).toBe(authenticator)
    expect(await identity.recoveryCodes.countUnused(id)).toBe(1)
  })

  it('refuses somebody who has none, one that was never confirmed included, and writes nothing', async () => {
    const { totpAuthenticators, clock } = identity
    const pending = { id: createId(), userId: ada.user.id, sealedSecret: 'sealed', createdAt: clock.now() }
    await totpAuthenticators.create(pending)
    const before = await identity.recorded()
    await expect(reset()).rejects.toThrow(ConflictError)
    expect(await totpAuthenticators.find(pending.id)).not.toBeNull()
    expect(await identity.sessions.listByUser(ada.user.id, clock.now())).toHaveLength(1)
    expect(await identity.recorded()).toEqual(before)
  })

  it('refuses an unknown user, and writes nothing', async () => {
    const before = await identity.recorded()
    await expect(reset(createId())).rejects.toThrow(NotFoundError)
    expect(await identity.recorded()).toEqual(before)
  })

  it('resets once when twenty ask for it at once', async () => {
    await enroll(ada.user.id)
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => reset()))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})
