import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authenticateApiToken } from '../../../src/identity/api-token/authenticate-api-token.ts'
import { type CreateApiTokenInput, createApiToken } from '../../../src/identity/api-token/create-api-token.ts'
import type { Identity, SignedIn } from '../../../src/identity/identity.ts'
import { startSession } from '../../../src/identity/start-session.ts'
import { twentyTimes, valuesOf } from '../../contract/fixtures.ts'
import { createTestIdentity, home, registerAda, suspend, type TestIdentity } from '../create-test-identity.ts'

const anonymous = { kind: 'anonymous', clearCookie: false }
const day = 86_400

let identity: TestIdentity
let ada: SignedIn
beforeEach(async () => {
  identity = await createTestIdentity()
  ada = await registerAda(identity)
})
afterEach(() => identity.opened.close())

const inputOf = (more: Partial<CreateApiTokenInput> = {}): CreateApiTokenInput => ({
  session: ada.session,
  grantedPermissions: ['DOCUMENT_READ', 'DOCUMENT_WRITE'],
  name: 'Nightly export',
  permissions: ['DOCUMENT_READ'],
  expiresInDays: 90,
  ...more,
})
const create = (more?: Partial<CreateApiTokenInput>) => createApiToken(identity, inputOf(more), home)
const tokensOf = async () => identity.sessions.listByUser(ada.user.id, identity.clock.now(), 'API_TOKEN')
const inDays = (days: number) => new Date(identity.clock.now().getTime() + days * day * 1000)

describe('createApiToken()', () => {
  it('keeps a session of its own kind, which lasts to its end, and records who made it', async () => {
    const { session, token } = await create()
    const now = identity.clock.now()
    expect(session).toEqual({
      id: expect.any(String),
      user: { id: ada.user.id },
      kind: 'API_TOKEN',
      name: 'Nightly export',
      permissions: ['DOCUMENT_READ'],
      methods: ['PASSWORD'],
      userAgent: home.userAgent,
      ipAddress: home.ipAddress,
      createdAt: now,
      authenticatedAt: ada.session.authenticatedAt,
      lastUsedAt: now,
      expiresAt: inDays(90),
      endsAt: inDays(90),
    })
    expect(await tokensOf()).toEqual([session])
    const recorded = await identity.recorded()
    expect(recorded.at(-1)).toMatchObject({
      action: 'API_TOKEN_CREATED',
      actorId: ada.user.id,
      subject: { type: 'Session', id: session.id },
      detail: 'DOCUMENT_READ',
    })
    expect(JSON.stringify(recorded)).not.toContain(token)
  })

  it.each<[string, Partial<CreateApiTokenInput>, string]>([
    ['an empty name', { name: ' ' }, 'name'],
    ['a long name', { name: 'x'.repeat(101) }, 'name'],
    ['a scope that its user has not', { permissions: ['DOCUMENT_READ', 'USER_MANAGE'] }, 'permissions'],
    ['no days', { expiresInDays: 0 }, 'expiresInDays'],
    ['days below none', { expiresInDays: -1 }, 'expiresInDays'],
    ['367 days', { expiresInDays: 367 }, 'expiresInDays'],
    ['days that are no number', { expiresInDays: Number.NaN }, 'expiresInDays'],
  ])('refuses %s, and keeps nothing', async (_, more, argument) => {
    const before = await identity.recorded()
    await expect(create(more)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument })
    expect(await tokensOf()).toEqual([])
    expect(await identity.recorded()).toEqual(before)
  })

  it.each([1, 366])('makes one for %i days', async (expiresInDays) => {
    expect((await create({ expiresInDays })).session.endsAt).toEqual(inDays(expiresInDays))
  })

  it('keeps a scope once, none where none are given, and null for all of them', async () => {
    expect((await create({ permissions: ['DOCUMENT_READ', 'DOCUMENT_READ'] })).session.permissions).toHaveLength(1)
    expect((await create({ permissions: [] })).session.permissions).toEqual([])
    expect((await create({ permissions: null })).session.permissions).toBeNull()
    const details = (await identity.recorded()).slice(-3).map(({ detail }) => detail)
    expect(details).toEqual(['DOCUMENT_READ', 'no permission', 'every permission'])
  })

  it('makes none for a session that has ended, nor for another token', async () => {
    const { session } = await create()
    await expect(create({ session })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await identity.sessions.end(ada.session.id, 'LOGOUT', identity.clock.now())
    await expect(create()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await tokensOf()).toEqual([session])
  })

  it('makes no more than a user may have, also for many at once, and no browser is signed out', async () => {
    const { perUser } = identity.settings
    for (let made = 0; made < perUser - 3; made++) await create()
    const results = await twentyTimes(() => create())
    expect(valuesOf(results)).toHaveLength(3)
    for (const result of results.filter(({ status }) => status === 'rejected'))
      expect(result).toMatchObject({ reason: { code: 'CONFLICT' } })
    expect(await tokensOf()).toHaveLength(perUser)
    expect(await identity.sessions.find(ada.session.id, identity.clock.now())).not.toBeNull()

    const [some] = await tokensOf()
    await identity.sessions.end(some?.id ?? '', 'REVOKED', identity.clock.now())
    await expect(create()).resolves.toHaveProperty('token')
  })

  it('leaves it standing when its user signs in by its side', async () => {
    const { session } = await create()
    await startSession(identity, { user: ada.user, methods: ['PASSWORD'], replaces: session.id }, home)
    expect(await tokensOf()).toEqual([session])
  })
})

describe('authenticateApiToken()', () => {
  it('gives the session and its user, with the roles of the moment', async () => {
    const { session, token } = await create()
    await identity.roles.assign(ada.user.id, 'EDITOR', null, identity.clock.now())
    const result = await authenticateApiToken(identity, token)
    expect(result).toMatchObject({ kind: 'signed-in', session, renewedToken: null })
    expect(result.kind === 'signed-in' && [...result.user.roles].sort()).toEqual(['EDITOR', 'MEMBER'])
  })

  it.each(['', 'garbage', 'a.b.c', '💥'.repeat(5000)])('takes nothing else: %s', async (token) => {
    expect(await authenticateApiToken(identity, token)).toEqual(anonymous)
  })

  it('takes no session token, no device token, and no session token of its own session', async () => {
    const { session } = await create()
    for (const token of [ada.token, ada.deviceToken, identity.tokens.issue(session, ada.user)])
      expect(await authenticateApiToken(identity, token)).toEqual(anonymous)
  })

  it("takes no API token that names a browser's session, none of a session that is not there, nor of another user", async () => {
    const { session } = await create()
    const forged = [ada.session, { ...session, id: 'made-up' }, { ...session, user: { id: 'bob' } }]
    for (const one of forged)
      expect(await authenticateApiToken(identity, identity.apiTokens.issue(one))).toEqual(anonymous)
  })

  it.each(['REVOKED', 'ROTATED', 'LOGOUT'] as const)('refuses one that ended by %s', async (reason) => {
    const { session, token } = await create()
    await identity.sessions.end(session.id, reason, identity.clock.now())
    expect(await authenticateApiToken(identity, token)).toEqual(anonymous)
  })

  it('refuses that of a suspended user, and of one who is gone', async () => {
    const { token } = await create()
    await suspend(identity, identity.clock.now())
    expect(await authenticateApiToken(identity, token)).toEqual(anonymous)
    const { db, tables } = identity.opened.database
    await db.delete(tables.users)
    expect(await authenticateApiToken(identity, token)).toEqual(anonymous)
  })

  it('lasts to its end without being used, and not a moment longer', async () => {
    const { token } = await create()
    identity.clock.advance(90 * day - 0.001)
    expect(await authenticateApiToken(identity, token)).toMatchObject({ kind: 'signed-in' })
    identity.clock.advance(0.001)
    // The signature alone would still do, by the skew that clocks are allowed.
    expect(identity.apiTokens.verify(token)).toHaveProperty('claims')
    expect(await authenticateApiToken(identity, token)).toEqual(anonymous)
  })

  it('notes the use once a minute at most, and lasts no longer for it', async () => {
    const { session, token } = await create()
    identity.clock.advance(59)
    await authenticateApiToken(identity, token)
    expect(await tokensOf()).toEqual([session])
    identity.clock.advance(1)
    const used = { ...session, lastUsedAt: identity.clock.now() }
    expect(await authenticateApiToken(identity, token)).toMatchObject({ session: used })
    expect(await tokensOf()).toEqual([used])
  })

  it('refuses one that is revoked between being read and being noted', async () => {
    const { session, token } = await create()
    identity.clock.advance(60)
    const sessions: Identity['sessions'] = {
      ...identity.sessions,
      async findRecord(id) {
        const record = await identity.sessions.findRecord(id)
        await identity.sessions.end(session.id, 'REVOKED', identity.clock.now())
        return record
      },
    }
    expect(await authenticateApiToken({ ...identity, sessions }, token)).toEqual(anonymous)
  })

  it('throws when the store cannot be read', async () => {
    const { token } = await create()
    const sessions = { ...identity.sessions, findRecord: () => Promise.reject(new TypeError('no database')) }
    await expect(authenticateApiToken({ ...identity, sessions }, token)).rejects.toThrow('no database')
  })
})
