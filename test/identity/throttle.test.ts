import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RateLimitError } from '../../src/errors.ts'
import { createThrottle, type Throttle } from '../../src/identity/throttle.ts'
import { defaultThrottleSettings } from '../../src/identity/throttle-settings.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSetClock, type SetClock } from './set-clock.ts'

describe('createThrottle()', () => {
  let opened: TestDatabase
  let clock: SetClock
  let throttle: Throttle
  beforeEach(async () => {
    opened = await openTestDatabase()
    clock = createSetClock()
    throttle = throttleWith(Buffer.alloc(32, 1))
  })
  afterEach(() => opened.close())

  function throttleWith(secret: Buffer) {
    return createThrottle({ store: opened.stores.throttle, secret, clock, settings: defaultThrottleSettings })
  }
  const rows = () => opened.database.db.select().from(opened.database.tables.throttleCounters)
  const admit = (email: string, ipAddress: string | null = '192.0.2.1') =>
    throttle.admitLogin({ email, ipAddress, device: null })
  const retryAfter = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 0,
      (error: unknown) => (error instanceof RateLimitError ? error.retryAfter : Number.NaN),
    )
  /** A new address each time, so that only the client's limits count. */
  let made = 0
  const admitAnybody = (ipAddress: string | null) => admit(`user${made++}@example.com`, ipAddress)

  describe('admitLogin()', () => {
    it('waits 1, 2, 4 … seconds from the fifth failure, up to fifteen minutes, and a day after the hundredth', async () => {
      // A client of its own for each attempt, so that only the address counts.
      let client = 0
      const tryAgain = () => retryAfter(admit('ada@example.com', `2001:db8:0:${(client++).toString(16)}::1`))
      for (let failure = 1; failure < 5; failure++) expect(await tryAgain()).toBe(0)
      const waits: number[] = []
      for (let failure = 5; failure <= 100; failure++) {
        expect(await tryAgain()).toBe(0)
        const wait = await tryAgain()
        waits.push(wait)
        clock.advance(wait)
      }
      expect(waits.slice(0, 12)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
      expect(waits.slice(12, -1)).toEqual(Array.from({ length: 83 }, () => 900))
      expect(waits.at(-1)).toBe(86_400)
    })

    it('admits nobody after a hundred failures in a row, until somebody proves who they are', async () => {
      const settings = { ...defaultThrottleSettings, waits: [0, 0, 10] }
      throttle = createThrottle({ store: opened.stores.throttle, secret: Buffer.alloc(32, 1), clock, settings })
      const device = { id: 'device-1', userId: 'ada' }
      for (let count = 0; count < 3; count++) await admit('ada@example.com')
      for (let count = 0; count < 3; count++) {
        clock.advance(3600)
        expect(await retryAfter(admit('ada@example.com'))).toBe(10)
      }
      const attempt = await throttle.admitLogin({ email: 'ada@example.com', ipAddress: null, device })
      await attempt.succeed()
      expect(await retryAfter(admit('ada@example.com'))).toBe(0)
    })

    it('counts the spellings of one address together and other addresses apart', async () => {
      for (const email of [
        'Ada@Example.com',
        'ADA@EXAMPLE.COM',
        'ada@example.com',
        'aDa@example.com',
        'ada@Example.com',
      ])
        expect(await retryAfter(admit(email))).toBe(0)
      expect(await retryAfter(admit('ada@example.com'))).toBe(1)
      expect(await retryAfter(admit('bob@example.com'))).toBe(0)
    })

    it('counts every one of fifty that come at once', async () => {
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, index) => retryAfter(admit('ada@example.com', `198.51.100.${index}`))),
      )
      expect(results.filter((wait) => wait === 0)).toHaveLength(5)
      const minutes = await Promise.all(Array.from({ length: 50 }, () => retryAfter(admitAnybody('203.0.113.9'))))
      expect(minutes.filter((wait) => wait === 0)).toHaveLength(30)
      const windows = (await rows()).filter(({ key }) => key.startsWith('attempts-a-minute:'))
      expect(windows.map(({ count }) => count).sort((some, other) => other - some)[0]).toBe(50)
    })

    it('lets one client try thirty times a minute', async () => {
      for (let count = 0; count < 30; count++) await admitAnybody('192.0.2.1')
      expect(await retryAfter(admitAnybody('192.0.2.1'))).toBe(60)
      expect(await retryAfter(admitAnybody('192.0.2.2'))).toBe(0)
      clock.advance(59)
      expect(await retryAfter(admitAnybody('192.0.2.1'))).toBe(1)
      clock.advance(1)
      expect(await retryAfter(admitAnybody('192.0.2.1'))).toBe(0)
    })

    it('lets one client try three hundred times an hour', async () => {
      for (let count = 0; count < 300; count++) {
        if (count % 30 === 0) clock.advance(60)
        await admitAnybody('192.0.2.1')
      }
      clock.advance(60)
      expect(await retryAfter(admitAnybody('192.0.2.1'))).toBe(3600 - 600)
      expect(await retryAfter(admitAnybody('192.0.2.2'))).toBe(0)
      clock.advance(3600 - 600)
      expect(await retryAfter(admitAnybody('192.0.2.1'))).toBe(0)
    })

    it.each([
      ['an IPv6 network', ['2001:db8:1:2::1', '2001:db8:1:2:ffff::'], '2001:db8:1:3::1'],
      ['an IPv4 address written both ways', ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201'], '192.0.2.2'],
      ['all unknown addresses', [null, '', 'garbage'], '192.0.2.1'],
    ])('counts %s as one client', async (_, addresses, stranger) => {
      for (let count = 0; count < 30; count++) await admitAnybody(addresses[count % addresses.length] ?? null)
      for (const address of addresses) expect(await retryAfter(admitAnybody(address))).toBe(60)
      expect(await retryAfter(admitAnybody(stranger))).toBe(0)
    })

    it('does not count an attempt against the address when the client is over its limit', async () => {
      for (let count = 0; count < 30; count++) await admitAnybody('192.0.2.1')
      for (let count = 0; count < 20; count++) await retryAfter(admit('ada@example.com', '192.0.2.1'))
      for (let count = 0; count < 5; count++) expect(await retryAfter(admit('ada@example.com', '198.51.100.1'))).toBe(0)
    })

    it('counts a known device by itself, within its own limits', async () => {
      const known = (id: string, userId = 'ada') =>
        throttle.admitLogin({ email: 'ada@example.com', ipAddress: '192.0.2.1', device: { id, userId } })
      for (let count = 0; count < 31; count++) await retryAfter(admit('ada@example.com', '192.0.2.1'))
      for (let count = 0; count < 5; count++) expect(await retryAfter(known('device-1'))).toBe(0)
      expect(await retryAfter(known('device-1'))).toBe(1)
      expect(await retryAfter(known('device-2'))).toBe(0)
    })

    it('gains nobody anything to collect known devices: those of one user share their client windows', async () => {
      const known = (index: number) =>
        throttle.admitLogin({
          email: 'eve@example.com',
          ipAddress: `198.51.100.${index}`,
          device: { id: `device-${index}`, userId: 'eve' },
        })
      for (let count = 0; count < 30; count++) expect(await retryAfter(known(count))).toBe(0)
      expect(await retryAfter(known(30))).toBe(60)
    })
  })

  describe('admitPasswordCheck()', () => {
    it('counts by user, apart from sign-ins, and forgets on success', async () => {
      const check = (userId: string, ipAddress: string) => throttle.admitPasswordCheck({ userId, ipAddress })
      for (let count = 0; count < 4; count++) await check('ada', `192.0.2.${count}`)
      await (await check('ada', '192.0.2.5')).succeed()
      for (let count = 0; count < 5; count++) await check('ada', `198.51.100.${count}`)
      expect(await retryAfter(check('ada', '203.0.113.1'))).toBe(1)
      expect(await retryAfter(check('bob', '203.0.113.1'))).toBe(0)
      expect(await retryAfter(admit('ada', '203.0.113.1'))).toBe(0)
    })
  })

  describe('admitRegistration()', () => {
    it('lets one client make ten accounts an hour', async () => {
      for (let count = 0; count < 10; count++) await throttle.admitRegistration('192.0.2.1')
      expect(await retryAfter(throttle.admitRegistration('192.0.2.1'))).toBe(3600)
      expect(await retryAfter(throttle.admitRegistration('192.0.2.2'))).toBe(0)
      expect(await retryAfter(admitAnybody('192.0.2.1'))).toBe(0)
      clock.advance(3600)
      expect(await retryAfter(throttle.admitRegistration('192.0.2.1'))).toBe(0)
    })
  })

  it('keeps no address, neither of a person nor of a network, and another secret keeps other keys', async () => {
    await admit('ada@example.com', '192.0.2.1')
    const keys = (await rows()).map(({ key }) => key)
    expect(keys.map((key) => key.split(':')[0]).sort()).toEqual([
      'attempts-a-minute',
      'attempts-an-hour',
      'login-address',
    ])
    for (const key of keys) expect(key).toMatch(/^[a-z-]+:[\w-]{43}$/)
    await throttleWith(Buffer.alloc(32, 2)).admitLogin({
      email: 'ada@example.com',
      ipAddress: '192.0.2.1',
      device: null,
    })
    expect(await rows()).toHaveLength(6)
  })

  it('clears away windows that are over when new ones open', async () => {
    for (let count = 0; count < 5; count++) await throttle.admitRegistration(`192.0.2.${count}`)
    expect(await rows()).toHaveLength(5)
    clock.advance(3600)
    await throttle.admitRegistration('198.51.100.1')
    expect(await rows()).toHaveLength(1)
  })
})
