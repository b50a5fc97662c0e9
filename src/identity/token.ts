import { createTokenKind, type TokenContext, toSeconds, type Verification, type VerifiedClaims } from './jwt.ts'
import type { AuthenticationMethod, Session } from './session.ts'
import type { User } from './user.ts'

/** Who a session token names. `roles` is a snapshot for other readers: nothing here is ever decided by it. */
export interface SessionClaims extends VerifiedClaims {
  /** The session's id. */
  sid: string
  roles: readonly string[]
}

/** The session cookie's value: a signed token that names a session and its user. */
export interface SessionTokens {
  /** Makes a token that lasts as long as the session does unused. */
  issue(session: Session, user: User): string
  /**
   * Checks signature, purpose and times; never throws, whatever the text. Whether the session still stands, only the
   * store knows. `ignoreExpiration` is for ending a session alone.
   */
  verify(token: string, options?: { ignoreExpiration?: boolean }): Verification<SessionClaims>
}

/**
 * How RFC 8176, section 2, names the methods. It has no name for a sign-in that a provider vouches for; a passkey is the
 * possession of a key and, verified by the authenticator, its user: two factors.
 */
const methodReferences: Record<AuthenticationMethod, readonly string[]> = {
  PASSWORD: ['pwd'],
  EMAIL_CODE: ['otp'],
  TOTP: ['otp'],
  RECOVERY_CODE: ['otp'],
  PASSKEY: ['pop', 'user', 'mfa'],
  OAUTH: [],
}
const secondFactors: readonly AuthenticationMethod[] = ['TOTP', 'RECOVERY_CODE']

/**
 * Makes and checks session tokens: `typ` is `session+jwt`, `exp` the session's idle end. They carry no address and no
 * name.
 *
 * @see RFC 7519
 * @see OpenID Connect Core 1.0, section 2, for `auth_time` and `amr`
 */
export function createSessionTokens(context: TokenContext): SessionTokens {
  const tokens = createTokenKind('session+jwt', context)

  return {
    issue: (session, user) =>
      tokens.sign({
        sub: user.id,
        sid: session.id,
        exp: toSeconds(session.expiresAt),
        auth_time: toSeconds(session.authenticatedAt),
        amr: referencesOf(session.methods),
        roles: user.roles,
      }),

    verify(token, options) {
      const result = tokens.verify(token, options)
      if ('fault' in result) return result
      const { sid, roles } = result.claims
      if (typeof sid !== 'string' || sid === '') return { fault: 'no session' }
      return { claims: { ...result.claims, sid, roles: Array.isArray(roles) ? roles.map(String) : [] } }
    },
  }
}

function referencesOf(methods: readonly AuthenticationMethod[]): string[] {
  const references = new Set(methods.flatMap((method) => methodReferences[method]))
  if (methods.some((method) => secondFactors.includes(method)) && methods.length > 1) references.add('mfa')
  return [...references]
}
