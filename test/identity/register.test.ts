import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConflictError, InputError, RateLimitError } from '../../src/errors.ts'
import { authenticate } from '../../src/identity/authenticate.ts'
import { register } from '../../src/identity/register.ts'
import {
  clientAt,
  createTestIdentity,
  home,
  loginByPassword,
  newPassword,
  password,
  registerAda,
  type TestIdentity,
} from './create-test-identity.ts'

describe('register()', () => {
  let identity: TestIdentity
  beforeEach(async () => {
    identity = await createTestIdentity()
  })
  afterEach(() => identity.opened.close())

  const input = { email: 'bob@example.com', password, name: '  Bob\u0301 Builder ' }

  it('makes a member whose address is not verified, and signs them in', async () => {
    const { user, session, token } = await register(identity, input, home)
    expect(user).toEqual({
      id: expect.any(String),
      name: 'Bob\u0301 Builder'.normalize('NFC'),
      email: 'bob@example.com',
      emailVerified: false,
      suspended: false,
      roles: ['MEMBER'],
      createdAt: identity.clock.now(),
    })
    expect(await identity.users.find(user.id)).toEqual(user)
    expect(await authenticate(identity, token)).toEqual({ kind: 'signed-in', session, user, renewedToken: null })
  })

  it('keeps the password as a hash alone', async () => {
    const { user } = await register(identity, input, home)
    const hash = await identity.passwords.find(user.id)
    expect(hash).toMatch(/^\$argon2id\$/)
    expect(await identity.hasher.verify(hash ?? '', password)).toBe(true)
  })

  it('records who registered and nothing secret', async () => {
    const { user } = await register(identity, input, home)
    expect(await identity.recorded()).toEqual([
      {
        action: 'USER_REGISTERED',
        actorId: user.id,
        subject: { type: 'User', id: user.id },
        detail: null,
        ipAddress: '192.0.2.1',
        userAgent: 'Test/1.0',
      },
    ])
  })

  it('refuses a taken address in any letter case, and writes nothing', async () => {
    const { user } = await registerAda(identity)
    const again = { email: 'ada@EXAMPLE.com', password: newPassword, name: 'Eve' }
    await expect(register(identity, again, home)).rejects.toThrow(ConflictError)
    expect(await identity.users.countAll()).toBe(1)
    expect(await identity.sessions.listByUser(user.id, identity.clock.now())).toHaveLength(1)
    expect(await identity.recorded()).toHaveLength(1)
    await loginByPassword(identity, { email: 'ada@example.com', password }, home)
  })

  it('makes one account when ten ask for the same address at once', async () => {
    const attempts = Array.from({ length: 10 }, () => register(identity, input, home))
    const results = await Promise.allSettled(attempts)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ConflictError)
    expect(await identity.users.countAll()).toBe(1)
    expect(await identity.recorded()).toHaveLength(1)
  })

  it.each([
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: 'Bob\u0000' }],
    ['name', { name: 'Bob\nBuilder' }],
    ['name', { name: 'Bob \ud83e' }],
    ['password', { password: 'too short' }],
    ['password', { password: 'passwordpassword' }],
    ['password', { password: 'i am bob@example.com' }],
  ])('refuses a bad %s before it hashes or counts anything: %o', async (argument, change) => {
    const failing = register(identity, { ...input, ...change }, home)
    await expect(failing).rejects.toThrow(InputError)
    await expect(failing).rejects.toMatchObject({ argument })
    expect(identity.hasher.hashes).toBe(0)
    expect(await identity.users.countAll()).toBe(0)
    expect(await identity.recorded()).toEqual([])
  })

  it('accepts a name of a hundred code points', async () => {
    const { user } = await register(identity, { ...input, name: '🦀'.repeat(100) }, home)
    expect([...user.name]).toHaveLength(100)
  })

  it('lets one network make ten accounts an hour', async () => {
    for (let count = 0; count < 10; count++)
      await register(identity, { ...input, email: `user${count}@example.com` }, clientAt(`2001:db8::${count}`))
    const eleventh = register(identity, input, clientAt('2001:db8::ffff'))
    await expect(eleventh).rejects.toThrow(RateLimitError)
    await expect(eleventh).rejects.toMatchObject({ retryAfter: 3600 })
    expect(identity.hasher.hashes).toBe(10)
    expect(await identity.users.countAll()).toBe(10)
    await register(identity, { ...input, email: 'other@example.com' }, clientAt('2001:db8:0:1::1'))
    identity.clock.advance(3600)
    await register(identity, input, clientAt('2001:db8::ffff'))
  })

  it('takes the place of the session that the browser was signed in with', async () => {
    const before = await registerAda(identity)
    await register(identity, { ...input, currentSession: before.session }, home)
    expect((await identity.sessions.findRecord(before.session.id))?.ended?.reason).toBe('ROTATED')
  })
})
