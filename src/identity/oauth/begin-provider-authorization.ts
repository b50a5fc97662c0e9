import { randomNonce, randomPKCECodeVerifier } from 'openid-client'
import { NotFoundError } from '../../errors.ts'
import type { Client, Identity } from '../identity.ts'
import { type OAuthState, stateBinding, stateLifetime } from './oauth-state.ts'
import { readReturnPath } from './return-path.ts'

export interface BeginProviderAuthorizationInput {
  /** The provider's id. */
  provider: string
  /** Where on this server the browser goes afterwards. */
  returnPath: string
  /** What this browser alone keeps. */
  browserKey: string
  /** The session whose user is to be linked; null where somebody signs in. */
  linkTo: { id: string; user: { id: string } } | null
}

/**
 * Begins a sign-in at a provider, or the linking of an account there, to be finished in the same browser within ten
 * minutes; gives the address to send the browser to. Whether a session may be linked is for the schema's rules.
 *
 * @throws BAD_USER_INPUT for a return path that leads elsewhere
 * @throws NOT_FOUND when there is no such provider
 * @throws ProviderUnavailableError when the provider cannot be reached
 * @throws RATE_LIMITED when too many were begun from the client's network
 * @see RFC 6749, section 4.1.1
 * @see RFC 7636, section 4
 */
export async function beginProviderAuthorization(
  { loginProviders, oneTimeSecrets, throttle }: Identity,
  { provider: id, browserKey, linkTo, ...input }: BeginProviderAuthorizationInput,
  client: Client,
): Promise<URL> {
  const provider = loginProviders.get(id)
  if (!provider) throw new NotFoundError('There is no such login provider')
  const returnPath = readReturnPath('returnTo', input.returnPath)
  await throttle.admitProviderStart(client.ipAddress)

  const checks = { nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() }
  const data: OAuthState = { provider: id, returnPath, linkSession: linkTo?.id ?? null, ...checks }
  const { secret: state } = await oneTimeSecrets.createToken({
    purpose: 'OAUTH_STATE',
    userId: linkTo?.user.id ?? null,
    binding: stateBinding(browserKey),
    lifetime: stateLifetime,
    data,
  })
  return provider.buildUrl({ state, ...checks })
}
