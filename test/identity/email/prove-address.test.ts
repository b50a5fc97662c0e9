import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApiToken } from '../../../src/identity/api-token/create-api-token.ts'
import { loginWithCode } from '../../../src/identity/email/login-with-code.ts'
import { loginCodeBinding } from '../../../src/identity/email/request-login-code.ts'
import { resetPassword } from '../../../src/identity/email/reset-password.ts'
import { verifyEmail } from '../../../src/identity/email/verify-email.ts'
import type { SignedIn } from '../../../src/identity/identity.ts'
import { beginPasskeyRegistration } from '../../../src/identity/passkey/begin-passkey-registration.ts'
import { finishPasskeyRegistration } from '../../../src/identity/passkey/finish-passkey-registration.ts'
import { beginTotpEnrollment } from '../../../src/identity/totp/begin-totp-enrollment.ts'
import { createSoftwareAuthenticator } from '../../support/software-authenticator.ts'
import {
  createTestIdentity,
  elsewhere,
  home,
  newPassword,
  password,
  registerAda,
  type TestIdentity,
} from '../create-test-identity.ts'

const browserKey = 'the key of the browser of whoever has the address'

let identity: TestIdentity
/** Signed in to the account that was made with an address of somebody else's. */
let maker: SignedIn
beforeEach(async () => {
  identity = await createTestIdentity()
  maker = await registerAda(identity)
  await keepEveryWayIn()
})
afterEach(() => identity.opened.close())

/** Everything by which whoever made the account might come back. */
async function keepEveryWayIn() {
  const userId = maker.user.id
  const now = identity.clock.now()
  const response = createSoftwareAuthenticator('https://gatehouse.test').create(
    await beginPasskeyRegistration(identity, maker),
  )
  await finishPasskeyRegistration(identity, { ...maker, response, name: null }, home)
  await beginPasskeyRegistration(identity, maker)
  await beginTotpEnrollment(identity, maker)
  const app = await identity.totpAuthenticators.findUnconfirmed(userId)
  await identity.totpAuthenticators.confirm({ id: app?.id ?? '', userId }, 1, now)
  await identity.recoveryCodes.replaceAll(userId, ['hash'])
  const provider = { provider: 'one', issuer: 'https://one.example.com', subject: 'maker' }
  await identity.providerLinks.create({ ...provider, id: identity.createId(), userId, createdAt: now })
  const scopes = { grantedPermissions: [], permissions: null, expiresInDays: 366 }
  await createApiToken(identity, { ...scopes, session: maker.session, name: 'Later' }, home)
  for (const purpose of ['SECOND_FACTOR', 'OAUTH_STATE', 'EMAIL_CHANGE'] as const)
    await identity.oneTimeSecrets.createToken({ purpose, userId, binding: null, lifetime: 600 })
}

async function waysIn() {
  const { id: userId } = maker.user
  const { db, tables } = identity.opened.database
  const secrets = await db.select().from(tables.oneTimeSecrets)
  return {
    password: await identity.passwords.find(userId),
    sessions: await identity.sessions.listByUser(userId, identity.clock.now()),
    app: await identity.totpAuthenticators.findConfirmed(userId),
    recoveryCodes: await identity.recoveryCodes.countUnused(userId),
    passkeys: await identity.passkeys.listByUser(userId),
    links: await identity.providerLinks.listByUser(userId),
    secrets: secrets.filter((secret) => secret.userId === userId && secret.consumedAt === null),
  }
}

const none = { sessions: [], app: null, recoveryCodes: 0, passkeys: [], links: [], secrets: [] }
const addressed = () => ({ userId: maker.user.id, address: maker.user.email, binding: null, lifetime: 60 })

describe('the first proof of an address', () => {
  it('takes away every way in that the account had: by the link, from another browser', async () => {
    const { secret: token } = await identity.oneTimeSecrets.createToken({
      ...addressed(),
      purpose: 'EMAIL_VERIFICATION',
    })
    await verifyEmail(identity, { token, session: null, browserKey }, elsewhere)
    expect(await waysIn()).toEqual({ ...none, password: null })
  })

  it('takes them away by a reset of the password, which is the one way in then', async () => {
    const { secret: token } = await identity.oneTimeSecrets.createToken({ ...addressed(), purpose: 'PASSWORD_RESET' })
    await resetPassword(identity, { token, newPassword }, elsewhere)
    const { password: hash, ...others } = await waysIn()
    expect(others).toEqual(none)
    expect(await identity.hasher.verify(hash ?? '', newPassword)).toBe(true)
    expect(await identity.hasher.verify(hash ?? '', password)).toBe(false)
  })

  it('takes them away by a code, which signs in without the second factor of whoever made the account', async () => {
    const binding = loginCodeBinding(browserKey)
    const { secret: code } = await identity.oneTimeSecrets.createCode({
      ...addressed(),
      purpose: 'LOGIN_CODE',
      binding,
    })
    const input = { email: maker.user.email, code, browserKey, bindBrowser: () => browserKey, currentSession: null }
    const signedIn = await loginWithCode(identity, input, elsewhere)
    if ('challenge' in signedIn) return expect.unreachable('no second factor should be wanted')
    expect(await waysIn()).toEqual({ ...none, password: null, sessions: [signedIn.session] })
  })

  it('leaves all of them to whoever gives it in a session of the account', async () => {
    const before = await waysIn()
    const { secret: token } = await identity.oneTimeSecrets.createToken({
      ...addressed(),
      purpose: 'EMAIL_VERIFICATION',
    })
    await verifyEmail(identity, { token, session: maker.session, browserKey }, home)
    expect(await waysIn()).toEqual(before)
  })
})
