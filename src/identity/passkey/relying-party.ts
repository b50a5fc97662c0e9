/** Whom passkeys are made for, and where they may be used. */
export interface RelyingParty {
  /** The domain that passkeys belong to: one made for another is of no use here, and the other way round. */
  id: string
  /** What authenticators show. */
  name: string
  /** Of the pages that may use them, compared exactly. */
  origins: readonly string[]
}

/** Of the COSE registry, the ones that are preferred first: EdDSA (Ed25519), ES256 (P-256), RS256. */
export const passkeyAlgorithms: readonly number[] = [-8, -7, -257]

/** Seconds from the beginning of a ceremony to its end. */
export const challengeLifetime = 300

/** How many passkeys a user may have. */
export const passkeysPerUser = 10

/**
 * Makes the relying party of a public URL: its host is the id, so in development that has to be `localhost`, since no
 * browser makes passkeys for an address such as `127.0.0.1`. Pages of other sites that are among the origins may send
 * operations; browsers let those alone use passkeys that are on a subdomain of the id.
 *
 * @see Web Authentication Level 3, section 5.1.2
 */
export function createRelyingParty(publicUrl: string, otherOrigins: readonly string[]): RelyingParty {
  return { id: new URL(publicUrl).hostname, name: 'Gatehouse', origins: [publicUrl, ...otherOrigins] }
}
