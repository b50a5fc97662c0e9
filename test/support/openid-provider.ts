import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { CookieJar } from 'tough-cookie'
import type { ProviderSettings } from '../../src/identity/oauth/parse-provider-settings.ts'

/** What a provider knows of somebody. */
export interface ProviderAccount {
  sub: string
  name?: string
  email?: string
  email_verified?: boolean
}

/** A real OpenID provider on loopback, which asks nobody for a password. */
export interface TestProvider {
  settings: ProviderSettings
  /** Who is in front of the browser: the next sign-in is theirs. */
  account: ProviderAccount
  /** What has passed between the provider and the server alone: codes, verifiers, tokens. */
  exchanged: Set<string>
  /** Goes where a browser would, and gives the query that it comes back with. */
  visit(url: URL | string): Promise<string>
  close(): Promise<void>
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'provider' }

/** @param given - what the server was told of the provider, where a test says it */
export async function startProvider(
  id: string,
  publicUrl: string,
  given: Partial<Pick<ProviderSettings, 'name' | 'clientId' | 'clientSecret'>> = {},
): Promise<TestProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('There should be a port')
  const issuer = `http://127.0.0.1:${address.port}`
  const settings: ProviderSettings = {
    id,
    name: `Provider ${id}`,
    issuer,
    clientId: `gatehouse-at-${id}`,
    clientSecret: `secret of gatehouse at ${id}`,
    scopes: ['openid', 'email', 'profile'],
    ...given,
  }
  const accounts = new Map<string, ProviderAccount>()
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: settings.clientId,
        client_secret: settings.clientSecret,
        redirect_uris: [`${publicUrl}/oauth/${id}/callback`],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['k'.repeat(32)] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AuthorizationCode: 60, AccessToken: 600, IdToken: 600 },
    findAccount: async (_ctx, sub) => ({ accountId: sub, claims: async () => ({ ...accounts.get(sub), sub }) }),
  })
  provider.on('grant.success', ({ oidc, body }) => {
    const { code, code_verifier: verifier } = oidc.params ?? {}
    const { access_token: accessToken, id_token: idToken } = Object(body)
    for (const secret of [code, verifier, accessToken, idToken]) opened.exchanged.add(String(secret))
  })
  const answer = provider.callback()
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    const { prompt } = await provider.interactionDetails(request, response)
    const { sub } = opened.account
    accounts.set(sub, opened.account)
    if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: sub } })
    const grant = new provider.Grant({ accountId: sub, clientId: settings.clientId })
    grant.addOIDCScope(settings.scopes.join(' '))
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
  })

  const opened: TestProvider = {
    settings,
    account: { sub: 'nobody' },
    exchanged: new Set(),
    async visit(url) {
      // A browser of its own each time: the provider remembers nobody.
      const jar = new CookieJar()
      let next = new URL(url)
      while (next.origin === issuer) {
        const response = await fetch(next, {
          redirect: 'manual',
          headers: { cookie: await jar.getCookieString(next.href) },
        })
        for (const cookie of response.headers.getSetCookie()) await jar.setCookie(cookie, next.href)
        const location = response.headers.get('location')
        if (location === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
        next = new URL(location, next)
      }
      return next.search.slice(1)
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return opened
}
