import { TOTP } from 'otpauth'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authenticate } from '../../../src/identity/authenticate.ts'
import { changePassword } from '../../../src/identity/change-password.ts'
import type { SecondFactorRequired, SignedIn } from '../../../src/identity/identity.ts'
import { login } from '../../../src/identity/login.ts'
import { reauthenticate } from '../../../src/identity/reauthenticate.ts'
import { register } from '../../../src/identity/register.ts'
import { removeAuthenticator } from '../../../src/identity/remove-authenticator.ts'
import { beginTotpEnrollment } from '../../../src/identity/totp/begin-totp-enrollment.ts'
import { completeSecondFactor } from '../../../src/identity/totp/complete-second-factor.ts'
import { confirmTotpEnrollment } from '../../../src/identity/totp/confirm-totp-enrollment.ts'
import { regenerateRecoveryCodes } from '../../../src/identity/totp/regenerate-recovery-codes.ts'
import {
  clientAt,
  createTestIdentity,
  elsewhere,
  home,
  newPassword,
  password,
  registerAda,
  suspend,
  type TestIdentity,
} from '../create-test-identity.ts'

const email = 'ada@example.com'
const browserKey = 'the key of this browser'

let identity: TestIdentity
let ada: SignedIn
let secret: string
let recoveryCodes: string[]
beforeEach(async () => {
  identity = await createTestIdentity()
  ada = await registerAda(identity)
  secret = (await beginTotpEnrollment(identity, ada)).secret
  recoveryCodes = await confirmTotpEnrollment(identity, { ...ada, code: codeAt() }, home)
  identity.clock.advance(90)
})
afterEach(() => identity.opened.close())

/** What the app shows `steps` from now. */
function codeAt(steps = 0): string {
  return TOTP.generate({ secret: readSecret(), timestamp: identity.clock.now().getTime() + steps * 30_000 })
}

function readSecret() {
  return new TOTP({ secret }).secret
}

/** A code that is neither this step's nor one of those beside it. */
function wrongCode(): string {
  const right = [codeAt(-1), codeAt(), codeAt(1)]
  return ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code)) ?? ''
}

async function proveFirst(client = home, key = browserKey): Promise<SecondFactorRequired> {
  const outcome = await login(identity, { email, password, bindBrowser: () => key }, client)
  if (!('challenge' in outcome)) throw new TypeError('no second factor is wanted')
  return outcome
}

const complete = (challenge: string, code: string, key: string | null = browserKey, client = home) =>
  completeSecondFactor(identity, { challenge, code, browserKey: key }, client)
const sessions = () => identity.sessions.listByUser(ada.user.id, identity.clock.now())
const refused = { code: 'INVALID_CREDENTIALS', message: 'The code could not be verified' }
const lastRecorded = async () => (await identity.recorded()).at(-1)

describe('finishFirstFactor()', () => {
  it('asks a user of an app for a code, and signs nobody in', async () => {
    const before = await sessions()
    const required = await proveFirst()
    expect(required.methods).toEqual(['TOTP', 'RECOVERY_CODE'])
    expect(required.expiresAt).toEqual(new Date(identity.clock.now().getTime() + 300_000))
    expect(await sessions()).toEqual(before)
    expect(await lastRecorded()).toMatchObject({ action: 'SECOND_FACTOR_REQUIRED', actorId: null })
  })

  it('gives a challenge that is good for nothing else', async () => {
    const { challenge } = await proveFirst()
    expect(await authenticate(identity, challenge)).toMatchObject({ kind: 'anonymous' })
    expect(identity.devices.verify(challenge, ada.user.id)).toBeNull()
    for (const foreign of [ada.token, ada.deviceToken]) expect(identity.challenges.verify(foreign)).toBeNull()
    const rows = JSON.stringify(
      await identity.opened.database.db.select().from(identity.opened.database.tables.oneTimeSecrets),
    )
    expect(rows).not.toContain(identity.challenges.verify(challenge)?.secret)
  })

  it('offers no recovery codes where none is left', async () => {
    await identity.recoveryCodes.replaceAll(ada.user.id, [])
    expect((await proveFirst()).methods).toEqual(['TOTP'])
  })
})

describe('completeSecondFactor()', () => {
  it('signs in by password and code, in a new session in the place of the one the browser had', async () => {
    const { challenge } = await proveFirst()
    const input = { challenge, code: codeAt(), browserKey, currentSession: ada.session }
    const { session } = await completeSecondFactor(identity, input, home)
    expect(session.methods).toEqual(['PASSWORD', 'TOTP'])
    expect((await sessions()).map(({ id }) => id)).toEqual([session.id])
    const subject = { type: 'Session', id: session.id }
    expect(await lastRecorded()).toMatchObject({ action: 'LOGIN_SUCCEEDED', actorId: ada.user.id, subject })
  })

  it('takes no code twice: neither the one that confirmed the app, nor by another challenge, nor one before it', async () => {
    const first = await proveFirst()
    const second = await proveFirst()
    const code = codeAt()
    await complete(first.challenge, code)
    const count = (await sessions()).length
    await expect(complete(second.challenge, code)).rejects.toMatchObject(refused)
    await expect(complete(second.challenge, codeAt(-1))).rejects.toMatchObject(refused)
    expect(await sessions()).toHaveLength(count)
    expect((await complete(second.challenge, codeAt(1))).user.id).toBe(ada.user.id)
  })

  it('takes no code again when the clock was set back meanwhile, and the next ones when they come', async () => {
    const first = await proveFirst()
    const second = await proveFirst()
    const code = codeAt()
    await complete(first.challenge, code)
    for (const back of [-30, -30, 30, 30]) {
      identity.clock.advance(back)
      await expect(complete(second.challenge, code)).rejects.toMatchObject(refused)
    }
    identity.clock.advance(30)
    expect((await complete(second.challenge, codeAt())).user.id).toBe(ada.user.id)
  })

  it('takes no code that was used for a step-up, and the other way round', async () => {
    const { challenge } = await proveFirst()
    const code = codeAt()
    const { session } = await reauthenticate(identity, { ...ada, password, code }, home)
    await expect(complete(challenge, code)).rejects.toMatchObject(refused)
    await complete(challenge, codeAt(1))
    const again = reauthenticate(identity, { user: ada.user, session, password, code: codeAt(1) }, home)
    await expect(again).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' })
  })

  it('lets one of twenty in who come at once with one code, each with a challenge of their own', async () => {
    const challenges: string[] = []
    for (let index = 0; index < 8; index++) challenges.push((await proveFirst()).challenge)
    const code = codeAt()
    const attempts = Array.from({ length: 20 }, (_, index) =>
      complete(challenges[index % challenges.length] ?? '', code, browserKey, clientAt(`198.51.100.${index}`)),
    )
    const settled = await Promise.allSettled(attempts)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('lets one of twenty in who come at once with one challenge and different recovery codes, and spends one', async () => {
    const { challenge } = await proveFirst()
    const attempts = Array.from({ length: 20 }, (_, index) =>
      complete(challenge, recoveryCodes[index % 10] ?? '', browserKey, clientAt(`198.51.100.${index}`)),
    )
    const settled = await Promise.allSettled(attempts)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await identity.recoveryCodes.countUnused(ada.user.id)).toBe(9)
  })

  it('takes a recovery code once, however it is typed, and records what is left', async () => {
    const [recoveryCode = ''] = recoveryCodes
    expect(recoveryCode).toMatch(/^[0-9a-z]{4}(-[0-9a-z]{4}){2}$/)
    const typed = ` ${recoveryCode.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')} `
    const { session } = await complete((await proveFirst()).challenge, typed)
    expect(session.methods).toEqual(['PASSWORD', 'RECOVERY_CODE'])
    const used = (await identity.recorded()).find(({ action }) => action === 'RECOVERY_CODE_USED')
    expect(used).toMatchObject({ detail: '9 left', subject: { type: 'User', id: ada.user.id } })
    await expect(complete((await proveFirst()).challenge, recoveryCode)).rejects.toMatchObject(refused)
  })

  it('refuses a challenge in another browser, or in one that keeps nothing', async () => {
    const { challenge } = await proveFirst()
    const before = await sessions()
    for (const key of ['the key of another', '', null])
      await expect(complete(challenge, codeAt(), key)).rejects.toMatchObject(refused)
    expect(await sessions()).toEqual(before)
    expect((await complete(challenge, codeAt())).user.id).toBe(ada.user.id)
  })

  it('takes five tries: the fifth is good, and after five wrong ones nothing is', async () => {
    const { challenge } = await proveFirst()
    for (let count = 0; count < 4; count++)
      await expect(complete(challenge, wrongCode())).rejects.toMatchObject(refused)
    expect((await complete(challenge, codeAt())).user.id).toBe(ada.user.id)
    identity.clock.advance(30)
    const other = (await proveFirst()).challenge
    for (let count = 0; count < 5; count++) await expect(complete(other, wrongCode())).rejects.toMatchObject(refused)
    await expect(complete(other, codeAt())).rejects.toMatchObject(refused)
    expect(await lastRecorded()).toMatchObject({ action: 'LOGIN_FAILED', detail: 'second factor: no such challenge' })
  })

  it('refuses a used challenge, one after five minutes, and what is no challenge', async () => {
    const { challenge } = await proveFirst()
    await complete(challenge, codeAt())
    await expect(complete(challenge, codeAt(1))).rejects.toMatchObject(refused)
    const late = (await proveFirst()).challenge
    identity.clock.advance(299)
    const inTime = (await proveFirst()).challenge
    identity.clock.advance(1)
    for (const text of [late, '', 'a.b.c', ada.token])
      await expect(complete(text, codeAt())).rejects.toMatchObject(refused)
    expect((await complete(inTime, codeAt())).user.id).toBe(ada.user.id)
  })

  it('refuses a user who was suspended meanwhile, and spends no code', async () => {
    const { challenge } = await proveFirst()
    await suspend(identity, identity.clock.now())
    await expect(complete(challenge, recoveryCodes[0] ?? '')).rejects.toMatchObject(refused)
    expect(await identity.recoveryCodes.countUnused(ada.user.id)).toBe(10)
  })

  it('refuses a challenge from before a change of password', async () => {
    const { challenge } = await proveFirst()
    await changePassword(identity, { ...ada, currentPassword: password, newPassword }, home)
    await expect(complete(challenge, codeAt())).rejects.toMatchObject(refused)
  })

  it('locks the second step for 15 minutes after ten failures, and not the first', async () => {
    const fail = async (count: number) => {
      const { challenge } = await proveFirst(clientAt(`198.51.100.${count}`))
      return complete(challenge, wrongCode(), browserKey, clientAt(`198.51.100.${count}`))
    }
    for (let count = 0; count < 10; count++) await expect(fail(count)).rejects.toMatchObject(refused)
    await expect(fail(11)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 900 })
    const { challenge } = await proveFirst()
    await expect(complete(challenge, codeAt())).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    // The browser that signed in before is not locked out by strangers.
    const known = clientAt(home.ipAddress, ada.deviceToken)
    expect((await complete(challenge, codeAt(), browserKey, known)).user.id).toBe(ada.user.id)
  })

  it('never locks a user out for challenges that are none', async () => {
    for (let count = 0; count < 12; count++)
      await expect(complete('a.b.c', '000000', browserKey, clientAt(`198.51.100.${count}`))).rejects.toMatchObject(
        refused,
      )
    expect((await complete((await proveFirst()).challenge, codeAt())).user.id).toBe(ada.user.id)
  })
})

describe('reauthenticate()', () => {
  it('takes the password and a code, and gives a fresh session in the place of the old one', async () => {
    identity.clock.advance(3600)
    const now = identity.clock.now()
    const { session } = await reauthenticate(identity, { ...ada, password, code: codeAt() }, home)
    expect(session).toMatchObject({ authenticatedAt: now, methods: ['PASSWORD', 'TOTP'] })
    expect((await sessions()).map(({ id }) => id)).toEqual([session.id])
    expect(await lastRecorded()).toMatchObject({ action: 'REAUTHENTICATED', actorId: ada.user.id })
  })

  it('names each method once, also where transactions collide and run again', async () => {
    const colliding = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      const first = identity.transaction(async () => {
        await work()
        throw new TypeError('a collision')
      })
      await expect(first).rejects.toThrow('a collision')
      return identity.transaction(work)
    }
    const input = { ...ada, password, code: codeAt() }
    const { session } = await reauthenticate({ ...identity, transaction: colliding }, input, home)
    expect(session.methods).toEqual(['PASSWORD', 'TOTP'])
  })

  it.each([
    { given: { password: null, code: '000000' }, argument: 'password' },
    { given: { password, code: null }, argument: 'code' },
  ])('asks for the $argument that is missing', async ({ given, argument }) => {
    await expect(reauthenticate(identity, { ...ada, ...given }, home)).rejects.toMatchObject({ argument })
    expect((await sessions()).map(({ id }) => id)).toEqual([ada.session.id])
  })

  it('refuses a wrong password or code alike, and leaves the session and the code', async () => {
    const message = 'The password or the code is wrong'
    const wrongPassword = reauthenticate(identity, { ...ada, password: newPassword, code: codeAt() }, home)
    await expect(wrongPassword).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS', message })
    expect(await lastRecorded()).toMatchObject({ action: 'REAUTHENTICATION_FAILED', detail: 'wrong password' })
    const wrong = reauthenticate(identity, { ...ada, password, code: wrongCode() }, home)
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS', message })
    expect(await lastRecorded()).toMatchObject({ action: 'REAUTHENTICATION_FAILED', detail: 'wrong code' })
    expect((await sessions()).map(({ id }) => id)).toEqual([ada.session.id])
    await reauthenticate(identity, { ...ada, password, code: codeAt() }, home)
  })

  it('takes the password alone of a user without an app', async () => {
    const app = await identity.totpAuthenticators.findConfirmed(ada.user.id)
    await removeAuthenticator(identity, { id: app?.id ?? '', session: ada.session }, home)
    const { session } = await reauthenticate(identity, { ...ada, password, code: null }, home)
    expect(session.methods).toEqual(['PASSWORD'])
  })

  it('refuses a session that ended meanwhile, and spends no code', async () => {
    await identity.sessions.end(ada.session.id, 'REVOKED', identity.clock.now())
    const late = reauthenticate(identity, { ...ada, password, code: recoveryCodes[0] ?? '' }, home)
    await expect(late).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await identity.recoveryCodes.countUnused(ada.user.id)).toBe(10)
  })
})

describe('enrolling an authenticator app', () => {
  it('is refused where there is one already', async () => {
    await expect(beginTotpEnrollment(identity, ada)).rejects.toMatchObject({ code: 'CONFLICT' })
    const again = confirmTotpEnrollment(identity, { ...ada, code: codeAt() }, home)
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('counts only once a code of the very secret confirms it', async () => {
    await identity.totpAuthenticators.deleteAll(ada.user.id)
    const nothing = confirmTotpEnrollment(identity, { ...ada, code: codeAt() }, home)
    await expect(nothing).rejects.toMatchObject({ code: 'CONFLICT' })
    const enrollment = await beginTotpEnrollment(identity, ada)
    expect(enrollment.uri).toContain(`secret=${enrollment.secret}`)
    expect(enrollment.qrCode).toMatch(/^<svg /)
    const old = confirmTotpEnrollment(identity, { ...ada, code: codeAt() }, home)
    await expect(old).rejects.toMatchObject({ argument: 'code' })
    expect('session' in (await login(identity, { email, password }, home))).toBe(true)
    secret = enrollment.secret
    await confirmTotpEnrollment(identity, { ...ada, code: codeAt() }, home)
    expect('challenge' in (await login(identity, { email, password }, home))).toBe(true)
  })

  it('leaves no app behind for a session that ended meanwhile', async () => {
    await identity.totpAuthenticators.deleteAll(ada.user.id)
    secret = (await beginTotpEnrollment(identity, ada)).secret
    await identity.sessions.end(ada.session.id, 'REVOKED', identity.clock.now())
    const late = confirmTotpEnrollment(identity, { ...ada, code: codeAt() }, home)
    await expect(late).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await identity.totpAuthenticators.findConfirmed(ada.user.id)).toBeNull()
  })

  it('keeps neither the secret nor a recovery code as it is', async () => {
    const { db, tables } = identity.opened.database
    const rows = JSON.stringify([
      await db.select().from(tables.totpAuthenticators),
      await db.select().from(tables.recoveryCodes),
      await identity.recorded(),
    ])
    for (const text of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))])
      expect(rows).not.toContain(text)
  })
})

describe('regenerateRecoveryCodes()', () => {
  it('puts ten new codes in the place of the old ones', async () => {
    const codes = await regenerateRecoveryCodes(identity, ada, home)
    expect(new Set([...codes, ...recoveryCodes]).size).toBe(20)
    expect(await lastRecorded()).toMatchObject({ action: 'RECOVERY_CODES_REGENERATED', actorId: ada.user.id })
    const { challenge } = await proveFirst()
    await expect(complete(challenge, recoveryCodes[0] ?? '')).rejects.toMatchObject(refused)
    expect((await complete(challenge, codes[0] ?? '')).session.methods).toEqual(['PASSWORD', 'RECOVERY_CODE'])
  })

  it('is refused to a session that ended meanwhile, and leaves the codes', async () => {
    await identity.sessions.end(ada.session.id, 'REVOKED', identity.clock.now())
    const late = regenerateRecoveryCodes(identity, ada, home)
    await expect(late).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect((await complete((await proveFirst()).challenge, recoveryCodes[0] ?? '')).user.id).toBe(ada.user.id)
  })

  it('is refused without an app', async () => {
    await identity.totpAuthenticators.deleteAll(ada.user.id)
    const codes = regenerateRecoveryCodes(identity, ada, home)
    await expect(codes).rejects.toMatchObject({ code: 'CONFLICT' })
  })
})

describe('removeAuthenticator()', () => {
  it('takes the app and its recovery codes away: the password alone signs in again', async () => {
    const app = await identity.totpAuthenticators.findConfirmed(ada.user.id)
    const { session } = await register(identity, { email: 'bob@example.com', password, name: 'Bob' }, elsewhere)
    const stranger = removeAuthenticator(identity, { id: app?.id ?? '', session }, home)
    await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await identity.recoveryCodes.countUnused(ada.user.id)).toBe(10)
    await removeAuthenticator(identity, { id: app?.id ?? '', session: ada.session }, home)
    expect(await lastRecorded()).toMatchObject({ action: 'TOTP_REMOVED', actorId: ada.user.id })
    expect(await identity.recoveryCodes.countUnused(ada.user.id)).toBe(0)
    expect('session' in (await login(identity, { email, password }, home))).toBe(true)
  })

  it('removes nothing for a session that ended meanwhile', async () => {
    const app = await identity.totpAuthenticators.findConfirmed(ada.user.id)
    await identity.sessions.end(ada.session.id, 'REVOKED', identity.clock.now())
    const late = removeAuthenticator(identity, { id: app?.id ?? '', session: ada.session }, home)
    await expect(late).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await identity.totpAuthenticators.findConfirmed(ada.user.id)).toEqual(app)
    expect(await identity.recoveryCodes.countUnused(ada.user.id)).toBe(10)
  })
})
