import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NotFoundError } from '../../src/errors.ts'
import type { SignedIn } from '../../src/identity/identity.ts'
import { register } from '../../src/identity/register.ts'
import { revokeOtherSessions } from '../../src/identity/revoke-other-sessions.ts'
import { revokeSession } from '../../src/identity/revoke-session.ts'
import {
  createTestIdentity,
  home,
  loginByPassword,
  password,
  registerAda,
  type TestIdentity,
} from './create-test-identity.ts'

let identity: TestIdentity
let ada: SignedIn
let bob: SignedIn
beforeEach(async () => {
  identity = await createTestIdentity()
  ada = await registerAda(identity)
  bob = await register(identity, { email: 'bob@example.com', password, name: 'Bob Builder' }, home)
})
afterEach(() => identity.opened.close())

const liveIds = async ({ user }: SignedIn) =>
  (await identity.sessions.listByUser(user.id, identity.clock.now())).map(({ id }) => id)
const revocations = async () => (await identity.recorded()).filter(({ action }) => action === 'SESSION_REVOKED')

describe('revokeSession()', () => {
  it("ends one's own session and records it", async () => {
    const viewer = { id: ada.user.id, mayManageUsers: false }
    expect(await revokeSession(identity, { id: ada.session.id, viewer }, home)).toBe(true)
    expect(await liveIds(ada)).toEqual([])
    expect(await revocations()).toEqual([
      {
        action: 'SESSION_REVOKED',
        actorId: ada.user.id,
        subject: { type: 'Session', id: ada.session.id },
        detail: null,
        ipAddress: '192.0.2.1',
        userAgent: 'Test/1.0',
      },
    ])
  })

  it('answers a foreign session as one that does not exist, and writes nothing', async () => {
    const viewer = { id: bob.user.id, mayManageUsers: false }
    const refusals = await Promise.allSettled(
      [ada.session.id, 'made-up'].map((id) => revokeSession(identity, { id, viewer }, home)),
    )
    const reasons = refusals.map((refusal) => (refusal.status === 'rejected' ? refusal.reason : null))
    for (const reason of reasons) expect(reason).toBeInstanceOf(NotFoundError)
    expect(reasons[0].message).toBe(reasons[1].message)
    expect(await liveIds(ada)).toEqual([ada.session.id])
    expect(await revocations()).toEqual([])
  })

  it("ends anybody's session for those who may manage users, recorded as theirs", async () => {
    const viewer = { id: bob.user.id, mayManageUsers: true }
    await revokeSession(identity, { id: ada.session.id, viewer }, home)
    expect(await liveIds(ada)).toEqual([])
    expect(await revocations()).toEqual([
      expect.objectContaining({ actorId: bob.user.id, subject: { type: 'Session', id: ada.session.id } }),
    ])
  })

  it.each([true, false])(
    'finds no session that is over or was never there (may manage users: %s)',
    async (mayManageUsers) => {
      const viewer = { id: ada.user.id, mayManageUsers }
      await expect(revokeSession(identity, { id: 'made-up', viewer }, home)).rejects.toThrow(NotFoundError)
      identity.clock.advance(7 * 86_400)
      await expect(revokeSession(identity, { id: ada.session.id, viewer }, home)).rejects.toThrow(NotFoundError)
      expect(await revocations()).toEqual([])
    },
  )

  it('ends a session once when twenty ask for it at once', async () => {
    const viewer = { id: ada.user.id, mayManageUsers: false }
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => revokeSession(identity, { id: ada.session.id, viewer }, home)),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await revocations()).toHaveLength(1)
  })
})

describe('revokeOtherSessions()', () => {
  it("ends the user's other sessions, records each and gives how many", async () => {
    const others = [
      await loginByPassword(identity, { email: 'ada@example.com', password }, home),
      await loginByPassword(identity, { email: 'ada@example.com', password }, home),
    ]
    expect(await revokeOtherSessions(identity, { session: ada.session }, home)).toBe(2)
    expect(await liveIds(ada)).toEqual([ada.session.id])
    expect(await liveIds(bob)).toEqual([bob.session.id])
    const subjects = (await revocations()).map(({ actorId, subject }) => ({ actorId, id: subject?.id }))
    expect(subjects).toHaveLength(2)
    expect(subjects).toEqual(
      expect.arrayContaining(others.map(({ session }) => ({ actorId: ada.user.id, id: session.id }))),
    )
  })

  it('gives 0, and records nothing, when there is no other', async () => {
    expect(await revokeOtherSessions(identity, { session: ada.session }, home)).toBe(0)
    expect(await liveIds(ada)).toEqual([ada.session.id])
    expect(await revocations()).toEqual([])
  })

  it('ends none when it cannot be recorded', async () => {
    await loginByPassword(identity, { email: 'ada@example.com', password }, home)
    const audit = { ...identity.audit, append: () => Promise.reject(new TypeError('disk full')) }
    await expect(revokeOtherSessions({ ...identity, audit }, { session: ada.session }, home)).rejects.toThrow(
      'disk full',
    )
    expect(await liveIds(ada)).toHaveLength(2)
  })
})
