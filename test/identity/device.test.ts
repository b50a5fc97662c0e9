import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createId } from '../../src/id.ts'
import { createDeviceTokens, deviceLifetime } from '../../src/identity/device.ts'
import { createKeyRing } from '../../src/identity/key-ring.ts'
import { createSessionTokens } from '../../src/identity/token.ts'
import { createSetClock } from './set-clock.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const keys = createKeyRing([{ kid: 'one', algorithm: 'HS256', signingKey: key, verificationKey: key }])

function createTokens() {
  const clock = createSetClock()
  const context = { keys, issuer: 'https://gatehouse.test', audience: 'gatehouse', clock, createId }
  return { clock, devices: createDeviceTokens(context), sessions: createSessionTokens(context) }
}

describe('createDeviceTokens()', () => {
  it('gives the device to the user that the token was made for, and to no other', () => {
    const { devices } = createTokens()
    const token = devices.issue('ada', 'device-1')
    expect(devices.verify(token, 'ada')).toBe('device-1')
    expect(devices.verify(token, 'bob')).toBeNull()
  })

  it('lasts for a year, which is less than the 400 days that browsers allow', () => {
    const { devices, clock } = createTokens()
    const token = devices.issue('ada', 'device-1')
    clock.advance(deviceLifetime - 1)
    expect(devices.verify(token, 'ada')).toBe('device-1')
    clock.advance(1 + 30)
    expect(devices.verify(token, 'ada')).toBeNull()
    expect(deviceLifetime).toBeLessThanOrEqual(400 * 86_400)
  })

  it('is no session token, and a session token is none', () => {
    const { devices, sessions, clock } = createTokens()
    const now = clock.now()
    const user = {
      id: 'ada',
      name: 'Ada',
      email: 'ada@example.com',
      emailVerified: false,
      suspended: false,
      roles: [],
      createdAt: now,
    }
    const session = {
      id: 'session-1',
      user: { id: 'ada' },
      kind: 'BROWSER',
      name: null,
      permissions: null,
      methods: ['PASSWORD'],
      userAgent: null,
      ipAddress: null,
      createdAt: now,
      authenticatedAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + 60_000),
      endsAt: new Date(now.getTime() + 60_000),
    } as const
    expect(sessions.verify(devices.issue('ada', 'device-1'))).toEqual({ fault: 'made for another purpose' })
    expect(devices.verify(sessions.issue(session, user), 'ada')).toBeNull()
  })

  it.each(['', 'garbage', '..', 'a.b.c'])('knows no device by the token "%s"', (token) => {
    expect(createTokens().devices.verify(token, 'ada')).toBeNull()
  })
})
