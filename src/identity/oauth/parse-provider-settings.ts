import { ConfigError } from '../../errors.ts'

/** An OpenID provider that people may sign in with, as the configuration tells it. */
export interface ProviderSettings {
  /** Its name in addresses and in this API. */
  id: string
  /** Its name for people. */
  name: string
  /** Exactly as the provider itself writes it. */
  issuer: string
  clientId: string
  clientSecret: string
  scopes: readonly string[]
}

const variable = 'OAUTH_PROVIDERS'
const mostProviders = 20
const fields = ['id', 'name', 'issuer', 'clientId', 'clientSecret', 'scopes']
const example = '[{ "id", "name", "issuer", "clientId", "clientSecret", "scopes" }]'

/**
 * Reads the providers of a configuration. It asks none of them whether what stands there is right, and quotes no value,
 * since a secret may stand in the wrong place.
 *
 * @param production - whether every issuer has to be https; elsewhere http is good on loopback
 * @throws ConfigError with every fault at once
 */
export function parseProviderSettings(json: string, production: boolean): ProviderSettings[] {
  const entries = readList(json)
  if (entries === null || entries.length > mostProviders) throw fault([`should be a JSON list of ${example}`])
  const problems: string[] = []
  const providers = entries.map((entry, index) =>
    readEntry(entry, production, (text) => problems.push(`[${index}] ${text}`)),
  )
  for (const field of ['id', 'issuer'] as const) {
    const values = providers.map((provider) => provider[field]).filter((value) => value !== '')
    if (new Set(values).size < values.length) problems.push(`should name each ${field} once`)
  }
  if (problems.length > 0) throw fault(problems)
  return providers
}

function readEntry(entry: unknown, production: boolean, report: (problem: string) => void): ProviderSettings {
  const given: Record<string, unknown> = isRecord(entry) ? entry : {}
  const read = (field: string, expected: string, fits: (text: string) => boolean) => {
    const value = given[field]
    if (typeof value === 'string' && fits(value)) return value
    report(`${field} should be ${expected}`)
    return ''
  }
  if (Object.keys(given).some((field) => !fields.includes(field)))
    report(`should have no fields but ${fields.join(', ')}`)
  const { scopes = ['openid', 'email', 'profile'] } = given
  const areScopes =
    isTextList(scopes) && scopes.includes('openid') && scopes.every((scope) => /^[!#-[\]-~]+$/.test(scope))
  if (!areScopes) report('scopes should be a list of names with "openid" among them')

  return {
    id: read('id', '1 to 32 lower-case letters, digits and hyphens', (text) => /^[a-z0-9-]{1,32}$/.test(text)),
    name: read('name', 'what people call the provider, 1 to 60 characters', (text) => /^\P{Cc}{1,60}$/u.test(text)),
    issuer: read(
      'issuer',
      `an https address${production ? '' : ', or http on localhost,'} without query, hash and /.well-known/`,
      (text) => isIssuer(text, production),
    ),
    clientId: read('clientId', 'the id that the provider gave this server', (text) => text !== ''),
    clientSecret: read('clientSecret', 'the secret that the provider gave this server', (text) => text !== ''),
    scopes: areScopes ? scopes : [],
  }
}

/** Whether requests to it may go unencrypted: to this very machine, where nobody listens in. */
export function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
}

function isIssuer(text: string, production: boolean): boolean {
  const url = URL.parse(text)
  if (!url || /[?#\s]/.test(text) || text.includes('/.well-known/') || url.username || url.password) return false
  return url.protocol === 'https:' || (!production && isLoopback(url))
}

function readList(json: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(json)
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function fault(problems: readonly string[]): ConfigError {
  return new ConfigError(problems.map((problem) => ({ variable, problem })))
}
