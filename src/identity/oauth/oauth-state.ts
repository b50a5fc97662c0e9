import type { AuthorizationRequest } from './login-provider.ts'

/** Seconds for which somebody may take to come back from a provider. */
export const stateLifetime = 600

/** What is remembered of a sign-in at a provider until the browser comes back from there. */
export interface OAuthState extends Omit<AuthorizationRequest, 'state'> {
  /** The provider that the browser was sent to. */
  provider: string
  /** Where on this server the browser goes afterwards. */
  returnPath: string
  /** The session whose user is to be linked; null where somebody signs in. */
  linkSession: string | null
}

/** A state is good in the browser that began, and for nothing else that is bound to it. */
export function stateBinding(browserKey: string): string {
  return `oauth ${browserKey}`
}

/** Gives what {@link OAuthState} was kept, or null for what is none. */
export function readOAuthState(data: unknown): OAuthState | null {
  if (typeof data !== 'object' || data === null) return null
  const { provider, nonce, codeVerifier, returnPath, linkSession }: Partial<Record<keyof OAuthState, unknown>> = data
  if (typeof provider !== 'string' || typeof nonce !== 'string' || typeof codeVerifier !== 'string') return null
  if (typeof returnPath !== 'string' || (typeof linkSession !== 'string' && linkSession !== null)) return null
  return { provider, nonce, codeVerifier, returnPath, linkSession }
}
