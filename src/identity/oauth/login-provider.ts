import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from 'openid-client'
import type { Clock } from '../../clock.ts'
import { isLoopback, type ProviderSettings } from './parse-provider-settings.ts'

/** What one sign-in at a provider is known by, so that no answer to another is taken for it. */
export interface AuthorizationRequest {
  state: string
  nonce: string
  /** RFC 7636, section 4.1. */
  codeVerifier: string
}

/** Who somebody is to a provider. The pair of issuer and subject alone tells one person from another. */
export interface ProviderIdentity {
  issuer: string
  subject: string
  /** Null when the provider tells none. */
  email: string | null
  /** Whether the provider says, in so many words, that it verified the address. */
  emailVerified: boolean
  name: string | null
}

/** A provider that cannot be reached, or that says nothing sound of itself. Never crosses the network. */
export class ProviderUnavailableError extends Error {}

/** An OpenID provider that people may sign in with. */
export interface LoginProvider {
  id: string
  name: string
  issuer: string
  /** Where to send the browser. @throws ProviderUnavailableError */
  buildUrl(request: AuthorizationRequest): Promise<URL>
  /**
   * Has the provider tell whom it sent back with `query`. A code is good once, which the provider sees to. Throws when it
   * is not proved.
   */
  redeem(query: string, request: AuthorizationRequest): Promise<ProviderIdentity>
}

/** Providers by id. */
export type LoginProviders = ReadonlyMap<string, LoginProvider>

/** What people know the provider by: its id where it is configured no longer. */
export function nameProvider({ loginProviders }: { loginProviders: LoginProviders }, id: string): string {
  return loginProviders.get(id)?.name ?? id
}

/** Seconds. */
const requestTimeout = 5
const discoveryLifetime = 3600

/**
 * Makes the providers of a configuration. None is asked for anything before somebody signs in with it. What a provider
 * says of itself is kept for an hour. Its tokens are checked by the machine's own clock.
 *
 * @see OpenID Connect Core 1.0, section 3.1
 * @see RFC 9700, section 2.1
 */
export function createLoginProviders(
  settings: readonly ProviderSettings[],
  context: { publicUrl: string; clock: Clock },
): LoginProviders {
  return new Map(settings.map((provider) => [provider.id, createLoginProvider(provider, context)]))
}

function createLoginProvider(
  settings: ProviderSettings,
  { publicUrl, clock }: { publicUrl: string; clock: Clock },
): LoginProvider {
  const { id, name, issuer, scopes } = settings
  const redirectUri = `${publicUrl}/oauth/${id}/callback`
  const configure = keepFor(discoveryLifetime, clock, () =>
    discover(settings).catch((cause: unknown) => {
      throw new ProviderUnavailableError(`The login provider ${id} cannot be used now`, { cause })
    }),
  )

  return {
    id,
    name,
    issuer,

    async buildUrl({ state, nonce, codeVerifier }) {
      return buildAuthorizationUrl(await configure(), {
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: scopes.join(' '),
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      })
    },

    async redeem(query, { state, nonce, codeVerifier }) {
      const configuration = await configure()
      const tokens = await authorizationCodeGrant(configuration, new URL(`${redirectUri}?${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (!claims || claims.iss !== issuer) throw new TypeError('The ID token is of another issuer')
      const told = claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
      // The library holds its subject to the ID token's.
      const profile = told ? await fetchUserInfo(configuration, tokens.access_token, claims.sub) : claims
      return {
        issuer,
        subject: claims.sub,
        email: typeof profile.email === 'string' ? profile.email : null,
        emailVerified: profile.email_verified === true,
        name: typeof profile.name === 'string' ? profile.name : null,
      }
    },
  }
}

async function discover({ issuer, clientId, clientSecret }: ProviderSettings): Promise<Configuration> {
  const url = new URL(issuer)
  // The settings allow http on loopback alone, and never in production.
  const execute = [enableNonRepudiationChecks, ...(isLoopback(url) ? [allowInsecureRequests] : [])]
  const options = { execute, timeout: requestTimeout }
  const configuration = await discovery(url, clientId, undefined, ClientSecretBasic(clientSecret), options)
  const metadata = configuration.serverMetadata()
  if (metadata.issuer !== issuer) throw new TypeError('The provider calls itself by another issuer')
  // Basic is what providers take that do not say (OpenID Connect Discovery 1.0, section 3).
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  if (methods.includes('client_secret_basic')) return configuration
  return discovery(url, clientId, undefined, ClientSecretPost(clientSecret), options)
}

/** Makes something when it is first needed and again when it is old; one that failed is not kept. */
function keepFor<Value>(seconds: number, clock: Clock, make: () => Promise<Value>): () => Promise<Value> {
  let kept: { value: Promise<Value>; until: number } | null = null
  return async () => {
    const now = clock.now().getTime()
    if (!kept || kept.until <= now) kept = { value: make(), until: now + seconds * 1000 }
    const current = kept
    try {
      return await current.value
    } catch (error) {
      if (kept === current) kept = null
      throw error
    }
  }
}
