import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyEmail } from '../../../src/identity/email/verify-email.ts'
import type { SignedIn } from '../../../src/identity/identity.ts'
import { createTestIdentity, home, registerAda, type TestIdentity } from '../create-test-identity.ts'

describe('verifyEmail() for a session that ended since its request was let in', () => {
  let identity: TestIdentity
  let ada: SignedIn
  beforeEach(async () => {
    identity = await createTestIdentity()
    ada = await registerAda(identity)
    await identity.sessions.end(ada.session.id, 'REVOKED', identity.clock.now())
  })
  afterEach(() => identity.opened.close())

  const create = (purpose: 'EMAIL_VERIFICATION' | 'EMAIL_CHANGE', address: string) => {
    const data = purpose === 'EMAIL_CHANGE' ? { from: ada.user.email, to: address } : null
    const secret = { purpose, userId: ada.user.id, address, data, binding: null, lifetime: 60 }
    return identity.oneTimeSecrets.createToken(secret)
  }
  const verify = (token: string) => verifyEmail(identity, { token, session: ada.session, browserKey: null }, home)

  it('changes no address, and leaves the token good', async () => {
    const { secret } = await create('EMAIL_CHANGE', 'mallory@example.com')
    await expect(verify(secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await identity.users.find(ada.user.id)).toEqual(ada.user)
    const shown = { purpose: 'EMAIL_CHANGE', token: secret, binding: null } as const
    expect(await identity.oneTimeSecrets.find(shown)).not.toBeNull()
  })

  it('proves an address as for anybody: what the account was given before is taken away', async () => {
    await verify((await create('EMAIL_VERIFICATION', ada.user.email)).secret)
    expect((await identity.users.find(ada.user.id))?.emailVerified).toBe(true)
    expect(await identity.passwords.find(ada.user.id)).toBeNull()
  })
})
