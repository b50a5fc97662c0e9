import { createTokenKind, type TokenContext, toSeconds, type Verification, type VerifiedClaims } from '../jwt.ts'
import type { Session } from '../session.ts'

/** Who an API token names. */
export interface ApiTokenClaims extends VerifiedClaims {
  /** The id of the session that stands for the token. */
  sid: string
}

/** What programs send in the header `Authorization`: a signed token that names its session, and says nothing else. */
export interface ApiTokens {
  /** Makes the token, which lasts as long as the session may. */
  issue(session: Session): string
  /** Checks signature, purpose and times; never throws. Whether the session still stands, only the store knows. */
  verify(token: string): Verification<ApiTokenClaims>
}

/** Makes and checks API tokens: `typ` is `api+jwt`, so that none passes for a session's, nor the other way round. */
export function createApiTokens(context: TokenContext): ApiTokens {
  const tokens = createTokenKind('api+jwt', context)

  return {
    issue: ({ id, user, endsAt }) => tokens.sign({ sub: user.id, sid: id, exp: toSeconds(endsAt) }),

    verify(token) {
      const result = tokens.verify(token)
      if ('fault' in result) return result
      const { sid } = result.claims
      if (typeof sid !== 'string' || sid === '') return { fault: 'no session' }
      return { claims: { ...result.claims, sid } }
    },
  }
}
