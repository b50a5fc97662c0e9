import { createSecretKey } from 'node:crypto'
import { parseCookie } from 'cookie'
import jsonwebtoken from 'jsonwebtoken'
import { cookieName } from './world.ts'

/** Whom the cookie names. */
export interface Claims {
  sub: string
  roles: readonly string[]
}

/** Signs every token of a run; handed to each server's process. */
export const secret = Buffer.from(process.env.BENCH_SECRET ?? '', 'base64url')
const key = createSecretKey(secret)

/** As a server does that takes care: with a key object, which is three times as fast as a string. */
export function readClaims(header: string | undefined): Claims | null {
  const token = parseCookie(header ?? '')[cookieName]
  if (token === undefined) return null
  try {
    const claims = jsonwebtoken.verify(token, key, { algorithms: ['HS256'] })
    return typeof claims === 'string' ? null : (claims as unknown as Claims)
  } catch {
    return null
  }
}
