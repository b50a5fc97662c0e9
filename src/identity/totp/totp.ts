import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

/** What every authenticator app makes of a secret unless told otherwise; `period` in seconds. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** Steps by which the clock of the app and ours may differ, either way. */
const window = 1

/** Makes a secret of 160 bits, in base32 as apps take it (RFC 4226, section 4). */
export function createTotpSecret(): string {
  return new Secret({ buffer: toArrayBuffer(randomBytes(20)) }).base32
}

/** Writes the URI that apps read from a QR code. It holds the secret. */
export function writeTotpUri(secret: string, { issuer, account }: { issuer: string; account: string }): string {
  return new TOTP({ ...parameters, issuer, label: account, secret: Secret.fromBase32(secret) }).toString()
}

/**
 * Tells the time step whose code this is: that of `at`, the one before or the one after, or null. It does not know
 * which steps are used up.
 *
 * @see RFC 6238, sections 4 and 5.2
 */
export function findTimeStep(secret: string, code: string, at: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const timestamp = at.getTime()
  const delta = TOTP.validate({ ...parameters, token: code, secret: Secret.fromBase32(secret), timestamp, window })
  return delta === null ? null : Math.floor(timestamp / 1000 / parameters.period) + delta
}

/** Gives the instant at which a time step begins. */
export function startOfTimeStep(timeStep: number): Date {
  return new Date(timeStep * parameters.period * 1000)
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
