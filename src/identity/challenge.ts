import { createTokenKind, type TokenContext, toSeconds } from './jwt.ts'

/** What a browser holds between the first factor and the second: a signed token around a one-time secret. */
export interface Challenges {
  issue(challenge: { userId: string; secret: string; expiresAt: Date }): string
  /** Gives what it was made of, or null for what is no challenge of ours or too old. Whether it is used up, only the store knows. */
  verify(challenge: string): { userId: string; secret: string } | null
}

/** Makes and checks challenges: `typ` is `challenge+jwt`. One grants nothing but the tries that it was made for. */
export function createChallenges(context: TokenContext): Challenges {
  const tokens = createTokenKind('challenge+jwt', context)

  return {
    issue: ({ userId, secret, expiresAt }) => tokens.sign({ sub: userId, ots: secret, exp: toSeconds(expiresAt) }),

    verify(challenge) {
      const result = tokens.verify(challenge)
      if ('fault' in result) return null
      const { sub, ots } = result.claims
      return typeof ots === 'string' && ots !== '' ? { userId: sub, secret: ots } : null
    },
  }
}
