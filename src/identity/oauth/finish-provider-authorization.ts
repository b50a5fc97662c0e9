import type { Client, Identity, SecondFactorRequired, SignedIn } from '../identity.ts'
import type { Session } from '../session.ts'
import { linkProvider } from './link-provider.ts'
import type { ProviderIdentity } from './login-provider.ts'
import { readOAuthState, stateBinding } from './oauth-state.ts'
import { type ProviderRefusal, recordRefusal } from './provider-refusal.ts'
import { signInByProvider } from './sign-in-by-provider.ts'

/** What came of it, and where to send the browser; no path for a state that is not known. */
export type ProviderOutcome =
  | { kind: 'signed-in'; signedIn: SignedIn; returnPath: string }
  | { kind: 'second-factor'; required: SecondFactorRequired; returnPath: string }
  | { kind: 'linked'; returnPath: string }
  | { kind: 'refused'; refusal: ProviderRefusal; returnPath: string | null; cause?: unknown }

export interface FinishProviderAuthorizationInput {
  /** The id of the provider at whose address the browser came back. */
  provider: string
  /** What the provider sent along: RFC 6749, section 4.1.2. */
  query: string
  /** What this browser alone keeps; null when it keeps nothing, and can have begun nothing. */
  browserKey: string | null
  /** The session that the request was authenticated by. */
  session: Session | null
}

/**
 * Finishes what {@link beginProviderAuthorization} began. A state is tried once, whatever comes of it. Who somebody is
 * says the pair of issuer and subject; see {@link signInByProvider} for when an address counts.
 *
 * @throws RATE_LIMITED when too many accounts were made from the client's network
 * @throws CONFLICT when an account of the address was made meanwhile
 * @see OpenID Connect Core 1.0, section 3.1.2.7
 * @see RFC 9207
 */
export async function finishProviderAuthorization(
  identity: Identity,
  { provider: id, query, browserKey, session }: FinishProviderAuthorizationInput,
  client: Client,
): Promise<ProviderOutcome> {
  const { oneTimeSecrets, loginProviders, transaction } = identity
  const state = new URLSearchParams(query).get('state')
  const provider = loginProviders.get(id)
  const unknown: ProviderOutcome = { kind: 'refused', refusal: 'STATE_UNKNOWN', returnPath: null }
  if (!provider || browserKey === null || state === null) return unknown
  const shown = { purpose: 'OAUTH_STATE', token: state, binding: stateBinding(browserKey) } as const
  // Before the provider is asked: of many at once one gets to ask.
  const begun = readOAuthState((await oneTimeSecrets.takeAttempt(shown))?.data)
  // Sent by one provider to the address of another, to have it redeem the code (RFC 9700, section 4.4).
  if (!begun || begun.provider !== id) return unknown
  const { returnPath, linkSession } = begun

  let account: ProviderIdentity
  try {
    account = await provider.redeem(query, { state, ...begun })
  } catch (cause) {
    if (linkSession === null)
      await transaction(() => recordRefusal(identity, { provider: id, userId: null, refusal: 'NOT_PROVED' }, client))
    return { kind: 'refused', refusal: 'NOT_PROVED', returnPath, cause }
  }

  const redeemed = { provider: id, account, consume: async () => (await oneTimeSecrets.consume(shown)) !== null }
  const result =
    linkSession === null
      ? await signInByProvider(identity, { ...redeemed, browserKey, currentSession: session }, client)
      : await linkProvider(identity, { ...redeemed, session: session?.id === linkSession ? session : null }, client)
  if (typeof result === 'string') return { kind: 'refused', refusal: result, returnPath }
  if (result === null) return { kind: 'linked', returnPath }
  if ('challenge' in result) return { kind: 'second-factor', required: result, returnPath }
  return { kind: 'signed-in', signedIn: result, returnPath }
}
