import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { purgeExpired } from '../../src/identity/purge-expired.ts'
import { dumpDatabase } from '../support/house.ts'
import { createTestIdentity, registerAda, type TestIdentity } from './create-test-identity.ts'

const days = 86_400

describe('purgeExpired()', () => {
  let identity: TestIdentity
  beforeEach(async () => {
    identity = await createTestIdentity()
    const { session } = await registerAda(identity)
    const now = identity.clock.now()
    for (const id of ['one', 'two', 'three']) await identity.sessions.create({ ...session, id })
    await identity.sessions.end('one', 'LOGOUT', now)
    for (const times of [1, 2, 3]) {
      await identity.oneTimeSecrets.createToken({
        purpose: 'PASSWORD_RESET',
        userId: session.user.id,
        binding: null,
        lifetime: 600 * times,
      })
      const mail = { id: `mail ${times}`, userId: null, toAddress: 'ada@example.com', template: 'x' }
      await identity.mails.enqueue({ ...mail, sealedData: 'x', createdAt: now })
    }
    const [leased] = await identity.mails.lease({ now, until: identity.clock.now(), limit: 1 })
    if (leased) await identity.mails.markSent(leased, now)
  })
  afterEach(() => identity.opened.close())

  const purge = async (limit = 100) => Object.fromEntries(await purgeExpired(identity, limit))
  const left = () => {
    const { sessions = [], one_time_secrets = [], mails = [] } = dumpDatabase(identity.opened.path)
    return [sessions.length, one_time_secrets.length, mails.length]
  }

  it('deletes nothing before its time', async () => {
    expect(await purge()).toEqual({ sessions: 0, 'one-time secrets': 0, mails: 0, 'throttle counters': 0 })
    expect(left()).toEqual([4, 3, 3])
  })

  it('deletes secrets as they expire, what is over after thirty days, and keeps what is live or unsent', async () => {
    identity.clock.advance(601)
    expect(await purge()).toMatchObject({ sessions: 0, 'one-time secrets': 1, mails: 0 })
    identity.clock.advance(30 * days - 601)
    expect(await purge()).toMatchObject({ sessions: 0, 'one-time secrets': 2, mails: 0 })
    identity.clock.advance(1)
    expect(await purge()).toMatchObject({ sessions: 1, mails: 1 })
    // Idle for a week, then over for thirty days.
    identity.clock.advance(7 * days)
    expect(await purge()).toMatchObject({ sessions: 3, mails: 0 })
    expect(left()).toEqual([0, 0, 2])
  })

  it('deletes no more of a kind at a time than it is told', async () => {
    identity.clock.advance(60 * days)
    expect(await purge(2)).toMatchObject({ sessions: 2, 'one-time secrets': 2, mails: 1 })
    expect(await purge(2)).toMatchObject({ sessions: 2, 'one-time secrets': 1, mails: 0 })
    expect(await purge(2)).toMatchObject({ sessions: 0, 'one-time secrets': 0 })
  })
})
