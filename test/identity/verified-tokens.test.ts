import { createSecretKey } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createId } from '../../src/id.ts'
import { createTokenKind, type TokenContext } from '../../src/identity/jwt.ts'
import { createKeyRing } from '../../src/identity/key-ring.ts'
import type { SigningKey } from '../../src/identity/keys.ts'
import { spoilSignature } from '../support/spoil-signature.ts'
import { createSetClock } from './set-clock.ts'

const createKey = (kid: string, byte: number): SigningKey => {
  const key = createSecretKey(Buffer.alloc(32, byte))
  return { kid, algorithm: 'HS256', signingKey: key, verificationKey: key }
}
const [one, two] = [createKey('one', 1), createKey('two', 2)]

function createFixture() {
  const clock = createSetClock()
  const keys = createKeyRing([one])
  const context: TokenContext = { keys, issuer: 'https://gatehouse.test', audience: 'gatehouse', clock, createId }
  const tokens = createTokenKind('session+jwt', context)
  const exp = clock.now().getTime() / 1000 + 3600
  return { clock, keys, context, tokens, exp, token: tokens.sign({ sub: 'ada', exp, sid: 's' }) }
}

describe('a token that was verified before', () => {
  // Listens only: every signature is checked as ever.
  const verify = vi.spyOn(jsonwebtoken, 'verify')
  beforeEach(() => {
    verify.mockClear()
  })
  afterEach(() => {
    verify.mockClear()
  })

  it('has its signature checked once, and the same claims each time', () => {
    const { tokens, token } = createFixture()
    const first = tokens.verify(token)
    expect(first).toMatchObject({ claims: { sub: 'ada', sid: 's' } })
    expect(tokens.verify(token)).toEqual(first)
    expect(verify).toHaveBeenCalledTimes(1)
  })

  it('expires at its time all the same', () => {
    const { tokens, token, clock } = createFixture()
    expect(tokens.verify(token)).toHaveProperty('claims')
    clock.advance(3600 + 29)
    expect(tokens.verify(token)).toHaveProperty('claims')
    clock.advance(1)
    expect(tokens.verify(token)).toEqual({ fault: 'jwt expired' })
    expect(tokens.verify(token, { ignoreExpiration: true })).toHaveProperty('claims')
    expect(verify).toHaveBeenCalledTimes(1)
  })

  it('is refused too where it was first read to end its session, after its time', () => {
    const { tokens, token, clock } = createFixture()
    clock.advance(3600 + 30)
    expect(tokens.verify(token, { ignoreExpiration: true })).toHaveProperty('claims')
    expect(tokens.verify(token)).toHaveProperty('fault')
  })

  it('is refused before its time, when the clock is set back', () => {
    const { tokens, token, clock } = createFixture()
    expect(tokens.verify(token)).toHaveProperty('claims')
    clock.advance(-31)
    expect(tokens.verify(token)).toHaveProperty('fault')
  })

  it('goes with its key, retired or replaced by another of its name', () => {
    const { tokens, token, keys } = createFixture()
    expect(tokens.verify(token)).toHaveProperty('claims')
    keys.replace([two, one])
    expect(tokens.verify(token)).toHaveProperty('claims')
    keys.replace([two])
    expect(tokens.verify(token)).toEqual({ fault: 'signed by an unknown key' })
    keys.replace([createKey('one', 3)])
    expect(tokens.verify(token)).toEqual({ fault: 'invalid signature' })
    keys.replace([one])
    expect(tokens.verify(token)).toHaveProperty('claims')
  })

  it('makes no other token good: not one changed by a letter, nor one for another purpose', () => {
    const { tokens, token, context } = createFixture()
    expect(tokens.verify(token)).toHaveProperty('claims')
    const [head, , signature] = token.split('.')
    const admin = Buffer.from(JSON.stringify({ sub: 'admin', exp: 1e10 })).toString('base64url')
    for (const other of [`${head}.${admin}.${signature}`, spoilSignature(token), `${token} `, ` ${token}`])
      expect(tokens.verify(other)).toHaveProperty('fault')
    expect(createTokenKind('api+jwt', context).verify(token)).toEqual({ fault: 'made for another purpose' })
  })

  it('cannot be changed by whoever was given its claims', () => {
    const { tokens, token } = createFixture()
    tokens.verify(token)
    const result = tokens.verify(token)
    if ('fault' in result) throw new Error(result.fault)
    expect(() => Object.assign(result.claims, { sub: 'admin' })).toThrow(TypeError)
    expect(tokens.verify(token)).toMatchObject({ claims: { sub: 'ada' } })
  })

  it('is forgotten for newer ones past five thousand, and verified anew', () => {
    const { tokens, token, exp } = createFixture()
    tokens.verify(token)
    for (let index = 0; index < 5000; index++) tokens.verify(tokens.sign({ sub: 'ada', exp, sid: String(index) }))
    verify.mockClear()
    expect(tokens.verify(token)).toHaveProperty('claims')
    expect(verify).toHaveBeenCalledTimes(1)
  })

  it('is remembered for nothing where it was bad', () => {
    const { tokens, token } = createFixture()
    const bad = spoilSignature(token)
    for (let times = 0; times < 3; times++) expect(tokens.verify(bad)).toHaveProperty('fault')
    expect(verify).toHaveBeenCalledTimes(3)
  })
})
