import jsonwebtoken from 'jsonwebtoken'
import type { Clock } from '../clock.ts'
import type { CreateId } from '../id.ts'
import type { KeyRing } from './key-ring.ts'
import { createVerifiedTokens } from './verified-tokens.ts'

/** What every kind of token is made and checked with. */
export interface TokenContext {
  /** One signs, all verify. */
  keys: Pick<KeyRing, 'signing' | 'find'>
  issuer: string
  audience: string
  clock: Clock
  createId: CreateId
  /** Told of each token whether it was verified before, where somebody counts it. */
  onLookup?: ((isHit: boolean) => void) | undefined
}

/** Claims whose signature, purpose and times were verified. What else they say is for the caller to check. */
export interface VerifiedClaims {
  sub: string
  /** Seconds since 1970, as all times in a token. */
  iat: number
  exp: number
  [claim: string]: unknown
}

/** The claims, or why there are none: for the log, since the client is told nothing. */
export type Verification<Claims> = { claims: Claims } | { fault: string }

/** The fault of a token that is good at a later time: of a clock that was set back, or of another machine's. */
export const fromTheFuture = 'issued in the future'

/** Tokens of one purpose. */
export interface TokenKind {
  /**
   * Signs, and adds the claims that every token has.
   *
   * @throws TypeError when there is no key
   */
  sign(claims: { sub: string; exp: number } & Record<string, unknown>): string
  /** Never throws, whatever the text. */
  verify(token: string, options?: { ignoreExpiration?: boolean }): Verification<VerifiedClaims>
}

/** Bytes. Longer ones are refused before they are parsed. */
const maximumLength = 4096
/** Seconds by which the clocks of two machines may differ. */
const skew = 30
const headerParameters = ['alg', 'typ', 'kid']

/**
 * Makes the tokens of one purpose, told apart by their `typ`: one is never accepted as another. A token says who
 * somebody was when it was made; whether that still holds, only the store knows.
 *
 * @see RFC 7519
 * @see RFC 8725
 */
export function createTokenKind(typ: string, context: TokenContext): TokenKind {
  const { keys, issuer, audience, clock, createId, onLookup } = context
  const now = () => toSeconds(clock.now())
  const verified = createVerifiedTokens()

  function verify(token: string, { ignoreExpiration = false } = {}): Verification<VerifiedClaims> {
    const time = now()
    const known = verified.find(token, keys)
    onLookup?.(known !== null)
    if (known) return checkTimes(known, time, ignoreExpiration)
    const header = readHeader(token)
    if (!header) return { fault: 'not a token' }
    // Whatever else a header may carry (jku, jwk, x5u, x5c, crit, b64) says where to find a key or how to read on.
    const stranger = Object.keys(header).find((name) => !headerParameters.includes(name))
    if (stranger !== undefined) return { fault: 'a header parameter that no token of ours has' }
    if (header.typ !== typ) return { fault: 'made for another purpose' }
    const key = typeof header.kid === 'string' ? keys.find(header.kid) : undefined
    if (!key) return { fault: 'signed by an unknown key' }
    if (header.alg !== key.algorithm) return { fault: "not the key's algorithm" }

    const options = { algorithms: [key.algorithm], issuer, audience, ignoreExpiration, clockTolerance: skew }
    try {
      const claims = jsonwebtoken.verify(token, key.verificationKey, { ...options, clockTimestamp: time })
      const result = checkClaims(claims, time)
      if ('claims' in result) verified.add(token, key, result.claims)
      return result
    } catch (error) {
      if (error instanceof jsonwebtoken.NotBeforeError) return { fault: fromTheFuture }
      return { fault: error instanceof Error ? error.message : 'unreadable' }
    }
  }

  return {
    sign(claims) {
      const iat = now()
      const payload = { iss: issuer, aud: audience, jti: createId(), iat, nbf: iat, ...claims }
      const { kid, algorithm, signingKey } = keys.signing()
      return jsonwebtoken.sign(payload, signingKey, { algorithm, header: { alg: algorithm, typ, kid } })
    },
    verify,
  }
}

/** The instant in whole seconds since 1970 (RFC 7519, NumericDate). */
export function toSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}

/** jsonwebtoken decodes leniently: what is not strictly a token is refused before it reads it. */
function readHeader(token: string): Record<string, unknown> | null {
  if (token.length > maximumLength) return null
  const match = /^([\w-]+)\.[\w-]+\.[\w-]+$/.exec(token)
  try {
    const header: unknown = JSON.parse(Buffer.from(match?.[1] ?? '', 'base64url').toString())
    return typeof header === 'object' && header !== null ? { ...header } : null
  } catch {
    return null
  }
}

/** What jsonwebtoken lets be absent or of any type. */
function checkClaims(claims: unknown, time: number): Verification<VerifiedClaims> {
  if (typeof claims !== 'object' || claims === null) return { fault: 'no claims' }
  const { sub, iat, exp, aud } = claims as Record<string, unknown>
  if (typeof sub !== 'string' || sub === '') return { fault: 'no subject' }
  if (typeof aud !== 'string') return { fault: 'for several audiences' }
  if (!isTime(exp)) return { fault: 'no expiration time' }
  if (!isTime(iat)) return { fault: 'no time of issue' }
  if (iat > time + skew) return { fault: fromTheFuture }
  return { claims: { ...claims, sub, iat, exp } }
}

/** Of a token that was good once, what may have changed since. RFC 7519, sections 4.1.4 to 4.1.6. */
function checkTimes(claims: VerifiedClaims, time: number, ignoreExpiration: boolean): Verification<VerifiedClaims> {
  if (!ignoreExpiration && time >= claims.exp + skew) return { fault: 'jwt expired' }
  // Clocks are set back too.
  if (claims.iat > time + skew || (isTime(claims.nbf) && claims.nbf > time + skew)) return { fault: fromTheFuture }
  return { claims }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
