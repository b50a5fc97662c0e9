import { createPublicKey, type JsonWebKey } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKeyEntry } from '../../src/identity/key-entry.ts'
import { createClient } from '../support/client.ts'
import { startServer, testSecret } from '../support/server.ts'
import { decodeJwt } from './decode-jwt.ts'

const symmetric = { kid: 'hs', alg: 'HS256', secret: testSecret.toString('base64url') }
const keySet = async (url: string) => createClient(url).send('/.well-known/jwks.json')

describe('/.well-known/jwks.json', () => {
  const ends: (() => void | Promise<void>)[] = []
  afterAll(async () => {
    for (const end of ends) await end()
  })
  const open = (env: Record<string, string>) => startServer({ env, onEnd: (end) => ends.unshift(end) })
  let url: string
  beforeAll(async () => {
    const keys = [makeKeyEntry('es', 'ES256'), makeKeyEntry('rs', 'RS256'), symmetric]
    url = (await open({ JWT_KEYS: JSON.stringify(keys) })).url
  })

  it('holds the public keys and nothing that signs', async () => {
    const { status, text } = await keySet(url)
    expect(status).toBe(200)
    const { keys } = JSON.parse(text)
    expect(keys.map(({ kid, alg, use }: JsonWebKey) => [kid, alg, use])).toEqual([
      ['es', 'ES256', 'sig'],
      ['rs', 'RS256', 'sig'],
    ])
    for (const key of keys)
      for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(part)
    expect(text).not.toContain(symmetric.secret)
  })

  it('may be kept for five minutes, and says what it is', async () => {
    const { headers } = await keySet(url)
    expect(headers.get('cache-control')).toBe('public, max-age=300')
    expect(headers.get('content-type')).toMatch(/^application\/jwk-set\+json/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.getSetCookie()).toEqual([])
  })

  it('is enough for others to verify a cookie’s token', async () => {
    const client = createClient(url)
    await client.login('member@example.com')
    const token = (await client.cookie('session')) ?? ''
    const { keys } = JSON.parse((await keySet(url)).text)
    const header = jsonwebtoken.decode(token, { complete: true })?.header
    expect(header).toEqual({ alg: 'ES256', typ: 'session+jwt', kid: 'es' })
    const key = createPublicKey({ key: keys[0], format: 'jwk' })
    expect(jsonwebtoken.verify(token, key, { algorithms: ['ES256'] })).toEqual(decodeJwt(token))
    const other = createPublicKey({ key: keys[1], format: 'jwk' })
    expect(() => jsonwebtoken.verify(token, other, { algorithms: ['RS256'] })).toThrow()
  })

  it('is empty where every key is a secret', async () => {
    const server = await open({ JWT_KEYS: JSON.stringify([symmetric]) })
    expect(JSON.parse((await keySet(server.url)).text)).toEqual({ keys: [] })
  })
})
