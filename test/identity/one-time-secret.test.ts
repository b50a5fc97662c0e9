import { createSecretKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createId } from '../../src/id.ts'
import { createOneTimeSecrets } from '../../src/identity/create-one-time-secrets.ts'
import type { OneTimeSecretRequest, OneTimeSecrets } from '../../src/identity/one-time-secret.ts'
import { createSealing } from '../../src/identity/sealing.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSetClock, type SetClock } from './set-clock.ts'

describe('createOneTimeSecrets()', () => {
  let test: TestDatabase
  let clock: SetClock
  let secrets: OneTimeSecrets
  const createWith = (keyByte: number) =>
    createOneTimeSecrets({
      store: test.stores.oneTimeSecrets,
      sealing: createSealing(createSecretKey(Buffer.alloc(32, keyByte))),
      clock,
      createId,
    })
  beforeEach(async () => {
    test = await openTestDatabase()
    clock = createSetClock()
    secrets = createWith(7)
  })
  afterEach(() => test.close())

  const ada = { address: 'ada@example.com' }
  const request = { purpose: 'LOGIN_CODE', ...ada, binding: 'browser', lifetime: 600, attempts: 5 } as const
  const guess = (code: string, owner: { address: string } = ada, binding: string | null = 'browser') =>
    secrets.guess({ purpose: 'LOGIN_CODE', code, binding }, owner)
  const createToken = async (more: Partial<OneTimeSecretRequest> = {}) => {
    const { secret } = await secrets.createToken({ ...request, ...more })
    return { purpose: 'LOGIN_CODE', token: secret, binding: 'browser' } as const
  }

  it('makes codes of 8 digits and tokens of 32 bytes, a new one each time', async () => {
    const codes = await Promise.all(Array.from({ length: 20 }, () => secrets.createCode(request)))
    for (const { secret } of codes) expect(secret).toMatch(/^\d{8}$/)
    expect(new Set(codes.map(({ secret }) => secret)).size).toBe(20)
    const { secret } = await secrets.createToken(request)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect((await secrets.createToken(request)).secret).not.toBe(secret)
  })

  it('gives back what a secret was made with, until the end of its lifetime', async () => {
    const data = { returnTo: '/inbox', nonce: 'n' }
    const shown = await createToken({ data })
    const known = { userId: null, ...ada, createdAt: clock.now(), data, attemptsLeft: 5 }
    expect(await secrets.find(shown)).toMatchObject(known)
    clock.advance(599)
    expect(await secrets.consume(shown)).toMatchObject(known)
    expect(await secrets.consume(shown)).toBeNull()
    const late = await createToken()
    clock.advance(600)
    expect(await secrets.consume(late)).toBeNull()
  })

  it('takes a code in any spelling of its address, from its browser alone', async () => {
    const { secret } = await secrets.createCode({ ...request, address: 'Ada@Example.com' })
    expect(await guess(secret, ada, 'another')).toBeNull()
    expect(await guess(secret, ada, null)).toBeNull()
    expect(await guess(secret, ada, '')).toBeNull()
    expect(await guess(secret, { address: 'ADA@example.com' })).toMatchObject({ data: null, attemptsLeft: 4 })
  })

  it('takes no code for a token, and no token for a code', async () => {
    const { secret } = await secrets.createCode(request)
    expect(await secrets.consume({ purpose: 'LOGIN_CODE', token: secret, binding: 'browser' })).toBeNull()
    expect((await guess(secret))?.address).toBe('ada@example.com')
    const shown = await createToken()
    expect(await guess(shown.token)).toBeNull()
    expect(await secrets.consume(shown)).not.toBeNull()
  })

  it('is deaf to the right code after five wrong ones', async () => {
    const { secret } = await secrets.createCode(request)
    const wrong = secret === '00000000' ? '00000001' : '00000000'
    for (let tries = 0; tries < 5; tries++) expect(await guess(wrong)).toBeNull()
    expect(await guess(secret)).toBeNull()
  })

  it('takes as many tries of a token as it has, and can still use it up after the last', async () => {
    const shown = await createToken({ attempts: 2 })
    expect(await secrets.takeAttempt(shown)).toMatchObject({ attemptsLeft: 1 })
    expect(await secrets.takeAttempt(shown)).toMatchObject({ attemptsLeft: 0 })
    expect(await secrets.takeAttempt(shown)).toBeNull()
    expect(await secrets.consume(shown)).not.toBeNull()
  })

  it('forgets earlier ones that were invalidated', async () => {
    const { secret } = await secrets.createCode(request)
    await secrets.invalidate('LOGIN_CODE', { address: 'ADA@example.com' })
    const later = await secrets.createCode(request)
    expect(await guess(secret)).toBeNull()
    expect(await guess(later.secret)).not.toBeNull()
  })

  it('gives nothing under another master key', async () => {
    const shown = await createToken({ data: { nonce: 'n' } })
    expect(await createWith(8).consume(shown)).toBeNull()
    expect(await secrets.consume(shown)).not.toBeNull()
  })

  it('clears away what has expired whenever it makes a new one', async () => {
    const old = await secrets.createToken(request)
    clock.advance(601)
    await secrets.createToken(request)
    const { db, tables } = test.database
    const rows = await db.select({ id: tables.oneTimeSecrets.id }).from(tables.oneTimeSecrets)
    expect(rows).toHaveLength(1)
    expect(rows).not.toContainEqual({ id: old.id })
  })

  it('leaves nothing usable in the database', async () => {
    const code = await secrets.createCode({ ...request, data: { codeVerifier: 'the verifier' } })
    const token = await secrets.createToken({ ...request, binding: 'the binding' })
    const files = await Promise.all(['', '-wal'].map((end) => readFile(test.path + end)))
    const dump = Buffer.concat(files)
    expect(dump.includes('ada@example.com')).toBe(true)
    for (const secret of [code.secret, token.secret, 'the verifier', 'the binding', 'browser'])
      expect(dump.includes(secret)).toBe(false)
  })
})
