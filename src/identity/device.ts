import { createTokenKind, type TokenContext, toSeconds } from './jwt.ts'

/** The known-device cookie's value: a signed token that says in which browser a user has signed in before. */
export interface DeviceTokens {
  /** Makes a token that lasts {@link deviceLifetime}. A browser that has one already keeps its device id. */
  issue(userId: string, deviceId: string): string
  /** Gives the device's id if the token was made for this very user, else null. It proves nobody's identity. */
  verify(token: string, userId: string): string | null
}

/** Seconds: a year. Browsers keep no cookie for longer than 400 days (RFC 6265bis, section 5.5). */
export const deviceLifetime = 365 * 24 * 60 * 60

/**
 * Makes and checks known-device tokens: `typ` is `device+jwt`. One signs nobody in; all it does is let the browser be
 * throttled by itself, so that strangers cannot lock its owner out.
 */
export function createDeviceTokens(context: TokenContext): DeviceTokens {
  const tokens = createTokenKind('device+jwt', context)

  return {
    issue: (userId, deviceId) =>
      tokens.sign({ sub: userId, did: deviceId, exp: toSeconds(context.clock.now()) + deviceLifetime }),

    verify(token, userId) {
      const result = tokens.verify(token)
      if ('fault' in result || result.claims.sub !== userId) return null
      const { did } = result.claims
      return typeof did === 'string' && did !== '' ? did : null
    },
  }
}
