import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authenticate } from '../../src/identity/authenticate.ts'
import type { SignedIn } from '../../src/identity/identity.ts'
import { logout } from '../../src/identity/logout.ts'
import { spoilSignature } from '../support/spoil-signature.ts'
import { createTestIdentity, home, registerAda, type TestIdentity } from './create-test-identity.ts'

describe('logout()', () => {
  let identity: TestIdentity
  let ada: SignedIn
  beforeEach(async () => {
    identity = await createTestIdentity({ settings: { idle: 3600, absolute: 86_400, perUser: 20 } })
    ada = await registerAda(identity)
  })
  afterEach(() => identity.opened.close())

  const isLive = async () => (await identity.sessions.find(ada.session.id, identity.clock.now())) !== null
  const actions = async () => (await identity.recorded()).map(({ action }) => action)

  it('ends the session and records it', async () => {
    expect(await logout(identity, { token: ada.token }, home)).toBe(true)
    expect(await isLive()).toBe(false)
    expect((await identity.recorded()).at(-1)).toEqual({
      action: 'LOGOUT',
      actorId: ada.user.id,
      subject: { type: 'Session', id: ada.session.id },
      detail: null,
      ipAddress: '192.0.2.1',
      userAgent: 'Test/1.0',
    })
    expect(await authenticate(identity, ada.token)).toEqual({ kind: 'anonymous', clearCookie: true })
  })

  it('ends the session also when the token has expired', async () => {
    const { session } = ada
    identity.clock.advance(3000)
    await identity.sessions.touch(
      session.id,
      identity.clock.now(),
      new Date(identity.clock.now().getTime() + 3_600_000),
    )
    identity.clock.advance(3000)
    expect(identity.tokens.verify(ada.token)).toEqual({ fault: 'jwt expired' })
    expect(await isLive()).toBe(true)
    expect(await logout(identity, { token: ada.token }, home)).toBe(true)
    expect(await isLive()).toBe(false)
    expect(await actions()).toContain('LOGOUT')
  })

  it('is true, and records nothing more, when it is asked twice', async () => {
    await Promise.all([ada.token, ada.token].map((token) => logout(identity, { token }, home)))
    expect(await logout(identity, { token: ada.token }, home)).toBe(true)
    expect((await actions()).filter((action) => action === 'LOGOUT')).toHaveLength(1)
  })

  it.each([null, '', 'garbage', 'a.b.c'])('is true, and ends nothing, for the token %s', async (token) => {
    expect(await logout(identity, { token }, home)).toBe(true)
    expect(await isLive()).toBe(true)
    expect(await actions()).toEqual(['USER_REGISTERED'])
  })

  it('ends nothing for a forged token, nor for one that names the session and another user', async () => {
    const forged = spoilSignature(ada.token)
    const foreign = identity.tokens.issue(ada.session, { ...ada.user, id: 'somebody-else' })
    for (const token of [forged, foreign, ada.deviceToken]) expect(await logout(identity, { token }, home)).toBe(true)
    expect(await isLive()).toBe(true)
    expect(await actions()).toEqual(['USER_REGISTERED'])
  })
})
