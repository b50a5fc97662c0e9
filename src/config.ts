import type { KeyObject } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { ConfigError, type ConfigProblem } from './errors.ts'

export type Environment = 'development' | 'production' | 'test'
export type LogLevel = (typeof logLevels)[number]

/** How this server is to run. Read once, at the start; nothing else reads the environment. */
export interface Config<SigningKey = unknown, Provider = unknown> {
  environment: Environment
  port: number
  host: string
  database: DatabaseSettings
  /** The origin under which browsers reach this server. */
  publicUrl: string
  /** Whether that origin is HTTPS, and cookies are therefore Secure. */
  secure: boolean
  /** Other origins whose pages may send operations. */
  allowedOrigins: readonly string[]
  cookieSameSite: 'lax' | 'none'
  /** Newest first; null in development, where a key is kept beside the database. */
  signingKeys: readonly SigningKey[] | null
  /** Under which all that is secret at rest is kept; null in development, where one is kept beside the database. */
  masterKey: KeyObject | null
  /** OpenID providers that people may sign in with. */
  oauthProviders: readonly Provider[]
  /** How many proxies stand before this server. */
  trustProxy: number
  logLevel: LogLevel
  /** What is measured and told to whoever watches this server; null where nobody does. */
  telemetry: TelemetrySettings | null
  seedDemo: boolean
  /** Lengths in seconds. */
  session: { idle: number; absolute: number; perUser: number }
  /** Seconds for which an instance remembers whose a session is. */
  sessionCache: number
  /** Open streams of events, on one instance. */
  streams: { perUser: number; perClient: number; total: number }
  /** Code points. */
  passwordMinLength: number
  /** How new passwords are hashed: memory in kibibytes, and secrets that hashes need besides, newest first. */
  passwordHashing: { memory: number; iterations: number; peppers: readonly { id: string; secret: Uint8Array }[] }
  /** Days for which audit events are kept. */
  auditRetention: number
  mail: {
    /** Where mails are handed over; null where they stay in memory, or, in production, unsent. */
    smtpUrl: string | null
    /** The address that they come from. */
    from: string
  }
  /** Whether an account is made only once its address is proved. */
  emailVerification: 'optional' | 'required'
  /** Who is shown what of the schema. */
  introspection: 'by-role' | 'signed-in' | 'everyone' | 'off'
}

export type DatabaseSettings =
  | { kind: 'sqlite'; path: string }
  | {
      kind: 'postgresql'
      url: string
      /** Connections of one instance at most. */
      poolSize: number
      /** Milliseconds. */
      statementTimeout: number
      /** How two instances that start at once keep out of each other's migrations. */
      migrationLock: 'advisory' | 'off'
      /** How instances tell each other what changed. */
      notifications: 'listen' | 'off'
    }

export interface TelemetrySettings {
  /** Where Prometheus reads the metrics. */
  prometheus: { host: string; port: number } | null
  /** Where traces and metrics are sent to. */
  collector: CollectorSettings | null
  /** What the server says of itself: the attributes of its resource, the name of the service among them. */
  resource: Readonly<Record<string, string>>
}

export interface CollectorSettings {
  /** The signals' paths are added to it. */
  url: string
  headers: Readonly<Record<string, string>>
  sampler: (typeof samplers)[number]
  /** Of requests, 0 to 1, where the sampler goes by it. */
  ratio: number
  /** Milliseconds. */
  metricInterval: number
}

/** One environment variable, as the README's table tells it. */
export interface Setting {
  name: string
  default: string
  meaning: string
}

/** Every variable that {@link readConfig} reads; all others are none of our business. */
export const settings = [
  {
    name: 'NODE_ENV',
    default: '`development`',
    meaning: '`development`, `production` or `test`. Production demands what the open network needs',
  },
  { name: 'PORT', default: '`4000`', meaning: 'The port to listen on; `0` takes any free one' },
  { name: 'HOST', default: '`127.0.0.1`', meaning: 'The address to listen on; `0.0.0.0` in a container' },
  {
    name: 'PUBLIC_URL',
    default: '`http://localhost:$PORT`',
    meaning:
      'The origin under which browsers reach this server, also the issuer and audience of tokens. Required in production, where it is HTTPS',
  },
  {
    name: 'DATABASE_URL',
    default: '`file:./data/gatehouse.db`',
    meaning:
      'The database: a file of SQLite, or PostgreSQL, `postgres://user:password@host:5432/gatehouse?sslmode=verify-full`',
  },
  {
    name: 'DATABASE_POOL_SIZE',
    default: '`10`',
    meaning: 'How many connections this instance has to PostgreSQL at most, 2 to 1000, and one more that listens',
  },
  {
    name: 'DATABASE_STATEMENT_TIMEOUT',
    default: '`10000`',
    meaning: 'Milliseconds that a statement may take on PostgreSQL, or wait for a lock, 100 to 600000',
  },
  {
    name: 'DATABASE_MIGRATION_LOCK',
    default: '`advisory`',
    meaning:
      '`advisory`: instances that start at once on PostgreSQL wait for each other’s migrations. `off` for databases without advisory locks: start one instance first',
  },
  {
    name: 'DATABASE_NOTIFICATIONS',
    default: '`listen`',
    meaning:
      '`listen`: instances tell each other by LISTEN and NOTIFY what changed. `off` for databases or poolers without them: others find it within five seconds, and tell every subscription again each time they look',
  },
  {
    name: 'JWT_KEYS',
    default: 'a key kept beside the database',
    meaning:
      'The keys that sign tokens, as a JSON list with the newest first: `[{ "kid", "alg": "HS256", "secret" }]`, the secret at least 32 random bytes in base64url; with the `alg` ES256 or RS256 a `privateKey` in PEM, on P-256 or of at least 2048 bits. Required in production',
  },
  {
    name: 'MASTER_KEY',
    default: 'a key kept beside the database',
    meaning:
      'The key under which everything secret in the database is encrypted or hashed: 32 random bytes in base64. Another one opens nothing that this one sealed. Required in production',
  },
  {
    name: 'ALLOWED_ORIGINS',
    default: 'none',
    meaning:
      'Other origins whose pages may send operations with cookies, separated by commas: `https://app.example.com`',
  },
  {
    name: 'COOKIE_SAME_SITE',
    default: '`Lax`',
    meaning:
      '`Lax`, or `None` for a frontend on another site, whose cookies are `Partitioned`; `None` needs HTTPS and `ALLOWED_ORIGINS`',
  },
  {
    name: 'OAUTH_PROVIDERS',
    default: 'none',
    meaning:
      'OpenID providers that people may sign in with, as a JSON list: `[{ "id", "name", "issuer", "clientId", "clientSecret" }]`, and `"scopes"` unless they are `openid`, `email` and `profile`. Each is told that browsers come back to `$PUBLIC_URL/oauth/:id/callback`',
  },
  {
    name: 'TRUST_PROXY',
    default: '`0`',
    meaning: 'How many proxies stand before this server, each adding to `X-Forwarded-For`',
  },
  {
    name: 'SESSION_PROFILE',
    default: '`standard`',
    meaning:
      '`standard`, or `strict` for the assurance of two factors: what `SESSION_IDLE` and `SESSION_ABSOLUTE` are unless set',
  },
  {
    name: 'SESSION_IDLE',
    default: '`604800`; `3600` in the strict profile',
    meaning: 'Seconds that a session lasts unused; at least 900, since its cookie is renewed once in 600',
  },
  {
    name: 'SESSION_ABSOLUTE',
    default: '`2592000`; `86400` in the strict profile',
    meaning: 'Seconds that a session lasts at most; at least `SESSION_IDLE`, at most 31536000',
  },
  {
    name: 'SESSIONS_PER_USER',
    default: '`20`',
    meaning: 'How many sessions a user has at most, 1 to 1000; past it the least recently used ends',
  },
  {
    name: 'SESSION_CACHE',
    default: '`0` on SQLite, `5` on PostgreSQL',
    meaning:
      'Seconds, 0 to 5, for which an instance remembers whose a session is, and their roles. What changes is forgotten at once by all instances, and after these seconds where notifications are off or lost. With `0` on SQLite they are remembered for as long as the database tells that they are still so; with `0` on PostgreSQL they are read with each request',
  },
  {
    name: 'STREAMS_PER_USER',
    default: '`20`',
    meaning:
      'How many streams of events a user has open at most, 1 to 10000, on each instance; a WebSocket counts as one, and each subscription on it',
  },
  {
    name: 'STREAMS_PER_CLIENT',
    default: '`200`',
    meaning:
      'How many are open to one client at most, 1 to 100000: to an IPv4 address, or to a /64 of IPv6, whoever is signed in there',
  },
  {
    name: 'STREAMS',
    default: '`10000`',
    meaning: 'How many are open at most in all, 1 to 1000000, on each instance',
  },
  {
    name: 'PASSWORD_MIN_LENGTH',
    default: '`15`',
    meaning: 'How many characters a new password has at least, 8 to 64',
  },
  {
    name: 'PASSWORD_HASH_MEMORY',
    default: '`19456`',
    meaning:
      'Kibibytes that hashing a password takes, 19456 to 1048576, once for each core. Existing hashes are made anew as their users sign in, as they are for the two below',
  },
  {
    name: 'PASSWORD_HASH_ITERATIONS',
    default: '`2`',
    meaning: 'How often hashing a password goes over that memory, 2 to 100',
  },
  {
    name: 'PASSWORD_PEPPERS',
    default: 'none',
    meaning:
      'Secrets that password hashes need besides what the database has, as a JSON list with the newest first: `[{ "id", "secret" }]`, the id 1 to 8 letters and digits, the secret at least 32 random bytes in base64url. Whose password was hashed with one that is no longer in the list cannot sign in by it',
  },
  {
    name: 'AUDIT_RETENTION_DAYS',
    default: '`365`',
    meaning:
      'Days for which the audit log keeps an event, 90 to 36500. The database refuses to delete one that is younger than 90',
  },
  {
    name: 'SMTP_URL',
    default: 'none',
    meaning:
      'The server that mails are handed to: `smtp://user:password@host:587` or `smtps://…`. Without it a development server keeps mails in memory, to be read at `/dev/mail`, and in production none are sent',
  },
  {
    name: 'MAIL_FROM',
    default: '`gatehouse@` and the host of `PUBLIC_URL`',
    meaning: 'The address that mails come from. Required with `SMTP_URL` in production',
  },
  {
    name: 'EMAIL_VERIFICATION',
    default: '`optional`',
    meaning:
      '`required`: `register` answers the same for every address, and the account is made once the address is proved; needs `SMTP_URL` in production. `optional`: it signs in at once, and answers `CONFLICT` for a taken address',
  },
  {
    name: 'INTROSPECTION',
    default: '`by-role` in production, else `everyone`',
    meaning:
      'What introspection shows: `by-role` each viewer what their roles could ever be allowed, anonymous ones the public part; `signed-in` the same, and nothing to anonymous viewers; `everyone` the whole schema; `off` nothing',
  },
  {
    name: 'LOG_LEVEL',
    default: '`info`',
    meaning: '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`',
  },
  {
    name: 'METRICS_PORT',
    default: 'none',
    meaning:
      'The port on which Prometheus reads metrics, at `/metrics`; `0` takes any free one. Whoever reaches it may read it. Without it there is none',
  },
  { name: 'METRICS_HOST', default: '`127.0.0.1`', meaning: 'The address of that port; `0.0.0.0` in a container' },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: 'none',
    meaning:
      'The OpenTelemetry collector that traces and metrics are sent to, by OTLP over HTTP in JSON: `http://collector:4318`. Without it none are sent',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    default: 'none',
    meaning: 'Headers that the collector asks for: `name=value`, separated by commas, values percent-encoded',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    default: '`http/json`',
    meaning: '`http/json`, the only one that this server speaks',
  },
  { name: 'OTEL_SERVICE_NAME', default: '`gatehouse`', meaning: 'What this service is called in traces and metrics' },
  {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    default: 'none',
    meaning: 'What else is told of it, as `deployment.environment.name=staging`, separated by commas, percent-encoded',
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    default: '`parentbased_always_on`',
    meaning:
      'Which requests are traced: `always_on`, `always_off`, `traceidratio`, or `parentbased_` and one of these, which follow the proxy’s decision where `TRUST_PROXY` is not `0`',
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    default: '`1`',
    meaning: 'The share of requests that `traceidratio` traces, 0 to 1',
  },
  {
    name: 'OTEL_METRIC_EXPORT_INTERVAL',
    default: '`60000`',
    meaning: 'Milliseconds from one sending of metrics to the next, 1000 to 3600000',
  },
  {
    name: 'SEED_DEMO',
    default: '`true` in development, else `false`',
    meaning: 'Whether an empty database gets demo users and documents; refused in production',
  },
] as const satisfies readonly Setting[]

/** Seconds. A cookie is renewed once it is ten minutes old: with a limit near that, active users would be signed out. */
const leastIdle = 900
/** Seconds: AAL1 of NIST SP 800-63B-4 with an idle limit besides, and AAL2 (section 2.2.3). */
const sessionProfiles = {
  standard: { idle: 7 * 86_400, absolute: 30 * 86_400 },
  strict: { idle: 3600, absolute: 86_400 },
}
/** Days. Triggers of the database hold it too: the migration `audit_retention`. */
const leastRetention = 90

type Variable = (typeof settings)[number]['name']

const introspections = ['by-role', 'signed-in', 'everyone', 'off'] as const
const environments = ['development', 'production', 'test'] as const
const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** What a value should be; thrown by the readers below, gathered by readConfig. */
class Fault extends Error {}

/**
 * Reads and checks the whole configuration. An empty variable counts as unset.
 *
 * @param parseKeys - reads JWT_KEYS; handed in, because this file knows no domain
 * @param parseMasterKey - reads MASTER_KEY
 * @param parseProviders - reads OAUTH_PROVIDERS
 * @throws ConfigError with every fault at once, each with its variable and what that should be
 */
export function readConfig<SigningKey, Provider>(
  env: Record<string, string | undefined>,
  parseKeys: (json: string) => readonly SigningKey[],
  parseMasterKey: (text: string) => KeyObject,
  parseProviders: (json: string, production: boolean) => readonly Provider[],
): Config<SigningKey, Provider> {
  const problems: ConfigProblem[] = []
  const report = (variable: Variable, problem: string) => problems.push({ variable, problem })

  function read<Value>(variable: Variable, fallback: Value, parse: (text: string) => Value): Value {
    const text = env[variable]?.trim()
    if (!text) return fallback
    try {
      return parse(text)
    } catch (error) {
      if (error instanceof ConfigError) problems.push(...error.problems)
      else if (error instanceof Fault) report(variable, error.message)
      else throw error
      return fallback
    }
  }

  const environment = read('NODE_ENV', 'development', oneOf(environments))
  const production = environment === 'production'
  const port = read('PORT', 4000, wholeNumber(0, 65535))
  const publicUrl = read('PUBLIC_URL', `http://localhost:${port}`, (text) => parsePublicUrl(text, production))
  const secure = publicUrl.startsWith('https:')
  const allowedOrigins = read('ALLOWED_ORIGINS', [], parseOrigins)
  const sameSite = read('COOKIE_SAME_SITE', 'Lax', oneOf(['Lax', 'None']))
  const profile = sessionProfiles[read('SESSION_PROFILE', 'standard', oneOf(['standard', 'strict']))]
  const idle = read('SESSION_IDLE', profile.idle, wholeNumber(leastIdle, 365 * 86_400))
  const absolute = read('SESSION_ABSOLUTE', Math.max(idle, profile.absolute), wholeNumber(leastIdle, 365 * 86_400))
  const signingKeys = read<readonly SigningKey[] | null>('JWT_KEYS', null, parseKeys)
  const masterKey = read<KeyObject | null>('MASTER_KEY', null, parseMasterKey)
  const seedDemo = read('SEED_DEMO', environment === 'development', (text) => oneOf(['true', 'false'])(text) === 'true')

  const smtpUrl = read<string | null>('SMTP_URL', null, parseSmtpUrl)
  const emailVerification = read('EMAIL_VERIFICATION', 'optional', oneOf(['optional', 'required']))

  if (production && smtpUrl !== null && !env.MAIL_FROM?.trim())
    report('MAIL_FROM', 'is required in production with SMTP_URL: the address that mails come from')
  if (production && smtpUrl === null && emailVerification === 'required')
    report('EMAIL_VERIFICATION', 'can be required only with SMTP_URL: the address is proved by mail')
  if (production && !env.PUBLIC_URL?.trim())
    report('PUBLIC_URL', 'is required in production: the https origin that browsers use, https://api.example.com')
  if (production && !env.JWT_KEYS?.trim())
    report('JWT_KEYS', 'is required in production: a JSON list of keys, [{ "kid", "alg", "secret" or "privateKey" }]')
  if (production && !env.MASTER_KEY?.trim())
    report('MASTER_KEY', 'is required in production: 32 random bytes in base64')
  if (production && seedDemo) report('SEED_DEMO', 'should not be true in production: the demo password is public')
  if (absolute < idle) report('SESSION_ABSOLUTE', `should be at least SESSION_IDLE, ${idle}, not ${absolute}`)
  if (sameSite === 'None' && !secure) report('COOKIE_SAME_SITE', 'can be None only when PUBLIC_URL is https')
  if (sameSite === 'None' && allowedOrigins.length === 0)
    report('COOKIE_SAME_SITE', 'can be None only with a list of ALLOWED_ORIGINS')

  const host = read('HOST', '127.0.0.1', (text) => text)
  const metricsPort = read<number | null>('METRICS_PORT', null, wholeNumber(0, 65535))
  const metricsHost = read('METRICS_HOST', '127.0.0.1', (text) => text)
  if (metricsPort !== null && metricsPort === port && port !== 0)
    report('METRICS_PORT', `should be another one than PORT, ${port}: metrics are not for those who send operations`)
  const collectorUrl = read<string | null>('OTEL_EXPORTER_OTLP_ENDPOINT', null, parseCollectorUrl)
  read('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json', oneOf(['http/json']))
  const collector = {
    headers: read('OTEL_EXPORTER_OTLP_HEADERS', {}, parseHeaders),
    sampler: read('OTEL_TRACES_SAMPLER', 'parentbased_always_on', oneOf(samplers)),
    ratio: read('OTEL_TRACES_SAMPLER_ARG', 1, parseShare),
    metricInterval: read('OTEL_METRIC_EXPORT_INTERVAL', 60_000, wholeNumber(1000, 3_600_000)),
  }
  const attributes: Record<string, string> = read('OTEL_RESOURCE_ATTRIBUTES', {}, parsePairs)
  const serviceName = read('OTEL_SERVICE_NAME', attributes['service.name'] ?? 'gatehouse', (text) => text)
  const resource = { ...attributes, 'service.name': serviceName }
  const telemetry: TelemetrySettings = {
    prometheus: metricsPort === null ? null : { host: metricsHost, port: metricsPort },
    collector: collectorUrl === null ? null : { url: collectorUrl, ...collector },
    resource,
  }

  const postgresql = {
    poolSize: read('DATABASE_POOL_SIZE', 10, wholeNumber(2, 1000)),
    statementTimeout: read('DATABASE_STATEMENT_TIMEOUT', 10_000, wholeNumber(100, 600_000)),
    migrationLock: read('DATABASE_MIGRATION_LOCK', 'advisory', oneOf(['advisory', 'off'])),
    notifications: read('DATABASE_NOTIFICATIONS', 'listen', oneOf(['listen', 'off'])),
  }
  const config: Config<SigningKey, Provider> = {
    environment,
    port,
    host,
    database: read<DatabaseSettings>('DATABASE_URL', { kind: 'sqlite', path: './data/gatehouse.db' }, (text) =>
      isPostgresql(text) ? { kind: 'postgresql', url: parsePostgresqlUrl(text), ...postgresql } : parseFileUrl(text),
    ),
    publicUrl,
    secure,
    allowedOrigins,
    cookieSameSite: sameSite === 'None' ? 'none' : 'lax',
    signingKeys,
    masterKey,
    oauthProviders: read<readonly Provider[]>('OAUTH_PROVIDERS', [], (json) => parseProviders(json, production)),
    trustProxy: read('TRUST_PROXY', 0, wholeNumber(0, 10)),
    logLevel: read('LOG_LEVEL', 'info', oneOf(logLevels)),
    telemetry: telemetry.prometheus || telemetry.collector ? telemetry : null,
    seedDemo,
    session: { idle, absolute, perUser: read('SESSIONS_PER_USER', 20, wholeNumber(1, 1000)) },
    sessionCache: read('SESSION_CACHE', isPostgresql(env.DATABASE_URL?.trim() ?? '') ? 5 : 0, wholeNumber(0, 5)),
    streams: {
      perUser: read('STREAMS_PER_USER', 20, wholeNumber(1, 10_000)),
      perClient: read('STREAMS_PER_CLIENT', 200, wholeNumber(1, 100_000)),
      total: read('STREAMS', 10_000, wholeNumber(1, 1_000_000)),
    },
    passwordMinLength: read('PASSWORD_MIN_LENGTH', 15, wholeNumber(8, 64)),
    passwordHashing: {
      memory: read('PASSWORD_HASH_MEMORY', 19_456, wholeNumber(19_456, 1_048_576)),
      iterations: read('PASSWORD_HASH_ITERATIONS', 2, wholeNumber(2, 100)),
      peppers: read<Config['passwordHashing']['peppers']>('PASSWORD_PEPPERS', [], parsePeppers),
    },
    auditRetention: read('AUDIT_RETENTION_DAYS', 365, wholeNumber(leastRetention, 36_500)),
    mail: { smtpUrl, from: read('MAIL_FROM', `gatehouse@${new URL(publicUrl).hostname}`, parseAddress) },
    emailVerification,
    introspection: read('INTROSPECTION', production ? 'by-role' : 'everyone', oneOf(introspections)),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function oneOf<const Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text)
    if (choice === undefined) throw new Fault(`should be ${choices.join(' or ')}, not "${text}"`)
    return choice
  }
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most))
      throw new Fault(`should be a whole number from ${least} to ${most}, not "${text}"`)
    return value
  }
}

/** The origin that the text is, exactly: a path, query or hash would be dropped in silence otherwise. */
function parseOrigin(text: string): URL | null {
  const url = URL.parse(text)
  // "*" is a legal character of a host name: a pattern would pass for an origin that no browser ever sends.
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.hostname.includes('*')) return null
  return text === url.origin || text === `${url.origin}/` ? url : null
}

function parsePublicUrl(text: string, production: boolean): string {
  const url = parseOrigin(text)
  if (!url) throw new Fault('should be an origin alone, such as https://api.example.com: no path, query or hash')
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol === 'http:' && production) throw new Fault('should be https in production')
  if (url.protocol === 'http:' && !loopback) throw new Fault('should be https, or http on localhost')
  return url.origin
}

function parseOrigins(text: string): string[] {
  return text.split(',').map((entry) => {
    const origin = entry.trim()
    if (parseOrigin(origin)?.origin !== origin)
      throw new Fault(`should list exact origins such as https://app.example.com, not "${origin}"`)
    return origin
  })
}

/** Never quotes the value. */
function parsePeppers(text: string): Config['passwordHashing']['peppers'] {
  const fault = new Fault(
    'should be a JSON list of { "id", "secret" }, newest first: ids of 1 to 8 letters and digits, each once, and secrets of at least 32 bytes in base64url',
  )
  const entries = parseJson(text)
  if (!Array.isArray(entries)) throw fault
  const peppers = entries.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) throw fault
    const { id, secret, ...others }: Record<string, unknown> = { ...entry }
    if (typeof id !== 'string' || !/^[a-z\d]{1,8}$/i.test(id) || Object.keys(others).length > 0) throw fault
    if (typeof secret !== 'string' || !/^[\w-]{43,}$/.test(secret)) throw fault
    return { id, secret: Buffer.from(secret, 'base64url') }
  })
  if (new Set(peppers.map(({ id }) => id)).size < peppers.length) throw fault
  return peppers
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Never quotes the value: it may hold a password. */
function parseSmtpUrl(text: string): string {
  const url = URL.parse(text)
  if (!url) throw new Fault('should be a URL: smtp://user:password@host:587, with what is special percent-encoded')
  if (!['smtp:', 'smtps:'].includes(url.protocol)) throw new Fault('should begin with smtp:// or smtps://')
  if (url.hostname === '') throw new Fault('should name a host: smtp://user:password@host:587')
  // A bare "#" or "/" in a password: what stands before it would be taken for the host, and be sent the mails.
  if (url.hash !== '' || !['', '/'].includes(url.pathname))
    throw new Fault('should end with the host and its port; "#" and "/" in a password are written %23 and %2F')
  return text
}

/** Never quotes the value: what belongs into SMTP_URL may have strayed here. */
function parseAddress(text: string): string {
  if (!/^[^\s@<>",;:]+@[^\s@<>",;:]+$/.test(text))
    throw new Fault('should be an address alone, such as gatehouse@example.com')
  return text
}

/** Never quotes the value: it may hold a password. */
function parseCollectorUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new Fault('should be the URL of a collector: http://collector:4318')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new Fault('should be a URL without user, query or hash; what proves who sends goes into its headers')
  return url.href.replace(/\/$/, '')
}

/** Never quotes the value: what is told to a collector alone is a key of it as a rule. */
function parseHeaders(text: string): Record<string, string> {
  const headers = parsePairs(text)
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e]/.test(value))
      throw new Fault('should be names and values that headers can have, as authorization=Bearer%20key')
  }
  return headers
}

/** Never quotes the value. As W3C Baggage has it, without properties. */
function parsePairs(text: string): Record<string, string> {
  const fault = new Fault('should list pairs, name=value, separated by commas, what is special percent-encoded')
  const pairs = text.split(',').map((entry) => {
    const [, name = '', value = ''] = /^\s*([^\s=;"]+)\s*=\s*([^;"]*?)\s*$/.exec(entry) ?? []
    if (name === '') throw fault
    try {
      return [decodeURIComponent(name), decodeURIComponent(value)] as const
    } catch {
      throw fault
    }
  })
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw fault
  return Object.fromEntries(pairs)
}

function parseShare(text: string): number {
  const value = /^\d(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= 0 && value <= 1)) throw new Fault(`should be a number from 0 to 1, not "${text}"`)
  return value
}

/** Never quotes the value: an address of another kind may hold a password. */
function isPostgresql(text: string): boolean {
  return /^postgres(ql)?:/i.test(text)
}

/** What a URL may say of TLS. What it says otherwise would count for nothing, and the connection would be in the clear. */
const tlsParameters = new Set(['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation'])
const tlsModes = new Set(['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'])

/** What the URL says of how to connect; never quoted, since it may hold the password. */
function parsePostgresqlUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || url.hostname === '' || url.pathname.length < 2)
    throw new Fault('should name a host and a database: postgres://user:password@host:5432/gatehouse')
  for (const [name, value] of url.searchParams) {
    if (/ssl|tls/i.test(name) && !tlsParameters.has(name))
      throw new Fault(`should name what it says of TLS in lower case, as one of ${[...tlsParameters].join(', ')}`)
    if (name === 'sslmode' && !tlsModes.has(value))
      throw new Fault(`should have an sslmode of ${[...tlsModes].join(', ')}; verify-full is the one to use`)
  }
  return text
}

function parseFileUrl(text: string): DatabaseSettings {
  if (!text.startsWith('file:'))
    throw new Fault(
      'should be a file or PostgreSQL: file:./data/gatehouse.db or postgres://user:password@host/gatehouse',
    )
  const path = text.startsWith('file://') ? pathOfFileUrl(text) : text.slice('file:'.length)
  if (path === '' || path.includes(':memory:') || /[?#]/.test(text))
    throw new Fault('should name a file, without options: file:./data/gatehouse.db')
  return { kind: 'sqlite', path }
}

function pathOfFileUrl(text: string): string {
  try {
    return fileURLToPath(text)
  } catch {
    throw new Fault('should name a file on this machine: file:///var/lib/gatehouse.db')
  }
}
