import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { readConfig, settings } from '../src/config.ts'
import { ConfigError } from '../src/errors.ts'
import { parseSigningKeys } from '../src/identity/keys.ts'
import { parseMasterKey } from '../src/identity/master-key.ts'
import { parseProviderSettings } from '../src/identity/oauth/parse-provider-settings.ts'
import { readSection, readTableRows } from './support/markdown.ts'

const secret = Buffer.alloc(32, 7).toString('base64url')
const keys = JSON.stringify([{ kid: 'one', alg: 'HS256', secret }])
const masterKey = Buffer.alloc(32, 8)
const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://api.example.com',
  JWT_KEYS: keys,
  MASTER_KEY: masterKey.toString('base64'),
}

function read(env: Record<string, string>) {
  return readConfig(env, parseSigningKeys, parseMasterKey, parseProviderSettings)
}

function problems(env: Record<string, string>) {
  try {
    read(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

function variables(env: Record<string, string>) {
  return problems(env).map(({ variable }) => variable)
}

describe('readConfig()', () => {
  it('needs nothing in development', () => {
    expect(read({})).toEqual({
      environment: 'development',
      port: 4000,
      host: '127.0.0.1',
      database: { kind: 'sqlite', path: './data/gatehouse.db' },
      publicUrl: 'http://localhost:4000',
      secure: false,
      allowedOrigins: [],
      cookieSameSite: 'lax',
      signingKeys: null,
      masterKey: null,
      oauthProviders: [],
      trustProxy: 0,
      logLevel: 'info',
      telemetry: null,
      seedDemo: true,
      session: { idle: 604_800, absolute: 2_592_000, perUser: 20 },
      sessionCache: 0,
      streams: { perUser: 20, perClient: 200, total: 10_000 },
      passwordMinLength: 15,
      passwordHashing: { memory: 19_456, iterations: 2, peppers: [] },
      auditRetention: 365,
      mail: { smtpUrl: null, from: 'gatehouse@localhost' },
      emailVerification: 'optional',
      introspection: 'everyone',
    })
  })

  it('needs a public URL and keys in production, and seeds nothing there', () => {
    const config = read(production)
    expect(config).toMatchObject({ secure: true, seedDemo: false, introspection: 'by-role' })
    expect(config.signingKeys?.map(({ kid }) => kid)).toEqual(['one'])
    expect(config.masterKey?.export()).toEqual(masterKey)
    expect(variables({ NODE_ENV: 'production' })).toEqual(['PUBLIC_URL', 'JWT_KEYS', 'MASTER_KEY'])
  })

  it('tells every fault at once, each with its variable', () => {
    const env = {
      ...production,
      PORT: '65536',
      LOG_LEVEL: 'loud',
      TRUST_PROXY: '-1',
      SEED_DEMO: 'true',
      JWT_KEYS: '[]',
      MASTER_KEY: 'short',
    }
    expect(variables(env).sort()).toEqual(['JWT_KEYS', 'LOG_LEVEL', 'MASTER_KEY', 'PORT', 'SEED_DEMO', 'TRUST_PROXY'])
    expect(() => read(env)).toThrow(/has 6 faults:\n.*PORT: should be a whole number from 0 to 65535, not "65536"/s)
  })

  it('takes an empty variable for an unset one, and leaves unknown ones alone', () => {
    expect(read({ PORT: '', PATH: '/bin', GATEHOUSE: 'x' }).port).toBe(4000)
  })

  it('derives the public URL from the port', () => {
    expect(read({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080')
    expect(read({ PORT: '0' }).port).toBe(0)
  })

  it.each([
    'http://api.example.com',
    'https://api.example.com/graphql',
    'https://api.example.com?x=1',
    'https://api.example.com#x',
    'https://user:secret@api.example.com',
    'ftp://api.example.com',
    'api.example.com',
  ])('refuses the public URL %s', (PUBLIC_URL) => {
    expect(variables({ PUBLIC_URL })).toEqual(['PUBLIC_URL'])
  })

  it('allows http on loopback in development, and not in production', () => {
    expect(read({ PUBLIC_URL: 'http://127.0.0.1:4000' }).secure).toBe(false)
    expect(variables({ ...production, PUBLIC_URL: 'http://localhost:4000' })).toEqual(['PUBLIC_URL'])
  })

  it('reads a list of exact origins', () => {
    const ALLOWED_ORIGINS = 'https://app.example.com, http://localhost:5173'
    expect(read({ ALLOWED_ORIGINS }).allowedOrigins).toEqual(['https://app.example.com', 'http://localhost:5173'])
  })

  it.each([
    '*',
    'null',
    'https://*.example.com',
    'https://app.example.com/',
    'https://app.example.com/x',
    'app',
    'a,,b',
  ])('refuses the allowed origins %s', (ALLOWED_ORIGINS) => {
    expect(variables({ ALLOWED_ORIGINS })).toEqual(['ALLOWED_ORIGINS'])
  })

  it('takes SameSite=None only with https and a list of origins', () => {
    const ALLOWED_ORIGINS = 'https://app.example.com'
    expect(read({ ...production, COOKIE_SAME_SITE: 'None', ALLOWED_ORIGINS }).cookieSameSite).toBe('none')
    expect(variables({ ...production, COOKIE_SAME_SITE: 'None' })).toEqual(['COOKIE_SAME_SITE'])
    expect(variables({ COOKIE_SAME_SITE: 'None', ALLOWED_ORIGINS })).toEqual(['COOKIE_SAME_SITE'])
    expect(variables({ COOKIE_SAME_SITE: 'Strict' })).toEqual(['COOKIE_SAME_SITE'])
  })

  it.each([
    ['file:./data/x.db', './data/x.db'],
    ['file:/var/lib/x.db', '/var/lib/x.db'],
    ['file:///var/lib/x%20y.db', '/var/lib/x y.db'],
  ])('reads the database address %s', (DATABASE_URL, path) => {
    expect(read({ DATABASE_URL }).database).toEqual({ kind: 'sqlite', path })
  })

  it.each([
    'postgres://user:hunter2@host/db',
    'postgresql://host:5433/db?sslmode=verify-full',
    'postgres://user@[::1]:5432/db',
  ])('reads the database address %s, with limits', (DATABASE_URL) => {
    const limits = { poolSize: 10, statementTimeout: 10_000 }
    const database = {
      kind: 'postgresql',
      url: DATABASE_URL,
      ...limits,
      migrationLock: 'advisory',
      notifications: 'listen',
    }
    expect(read({ DATABASE_URL }).database).toEqual(database)
    const others = {
      DATABASE_POOL_SIZE: '3',
      DATABASE_STATEMENT_TIMEOUT: '500',
      DATABASE_MIGRATION_LOCK: 'off',
      DATABASE_NOTIFICATIONS: 'off',
    }
    expect(read({ DATABASE_URL, ...others }).database).toEqual({
      ...database,
      poolSize: 3,
      statementTimeout: 500,
      migrationLock: 'off',
      notifications: 'off',
    })
  })

  it.each([
    'SSLMODE=verify-full',
    'ssl_mode=verify-full',
    'sslMode=require',
    'tls=true',
    'sslmode=',
    'sslmode=bogus',
    'sslmode=VERIFY-FULL',
    'sslmode=disable&sslmode=verify',
  ])('refuses to take a word on TLS that would count for nothing: %s', (parameters) => {
    const DATABASE_URL = `postgres://user:hunter2@host/db?${parameters}`
    expect(() => read({ DATABASE_URL })).toThrow(/DATABASE_URL.*(TLS|sslmode)/)
    expect(() => read({ DATABASE_URL })).not.toThrow('hunter2')
  })

  it('remembers sessions for five seconds at most, and on SQLite only when it is told to', () => {
    const DATABASE_URL = 'postgres://host/db'
    expect(read({ DATABASE_URL }).sessionCache).toBe(5)
    expect(read({ DATABASE_URL, SESSION_CACHE: '0' }).sessionCache).toBe(0)
    expect(read({ SESSION_CACHE: '2' }).sessionCache).toBe(2)
    for (const SESSION_CACHE of ['6', '-1', '0.5']) expect(variables({ SESSION_CACHE })).toEqual(['SESSION_CACHE'])
  })

  it('keeps audit events for ninety days at least', () => {
    expect(read({ AUDIT_RETENTION_DAYS: '90' }).auditRetention).toBe(90)
    expect(problems({ AUDIT_RETENTION_DAYS: '89' })).toEqual([
      { variable: 'AUDIT_RETENTION_DAYS', problem: 'should be a whole number from 90 to 36500, not "89"' },
    ])
    for (const AUDIT_RETENTION_DAYS of ['0', '-1', '36501', 'forever', '1y'])
      expect(variables({ AUDIT_RETENTION_DAYS })).toEqual(['AUDIT_RETENTION_DAYS'])
  })

  it('limits streams of events to whole numbers, and never to none', () => {
    expect(read({ STREAMS_PER_USER: '1', STREAMS_PER_CLIENT: '2', STREAMS: '3' }).streams).toEqual({
      perUser: 1,
      perClient: 2,
      total: 3,
    })
    const faulty = { STREAMS_PER_USER: '0', STREAMS_PER_CLIENT: '1.5', STREAMS: '1000001' }
    expect(variables(faulty)).toEqual(['STREAMS_PER_USER', 'STREAMS_PER_CLIENT', 'STREAMS'])
  })

  it('refuses limits of the database that are none', () => {
    for (const [variable, values] of Object.entries({
      DATABASE_POOL_SIZE: ['0', '1', '1001', 'many'],
      DATABASE_STATEMENT_TIMEOUT: ['0', '99', '600001', '10s'],
      DATABASE_MIGRATION_LOCK: ['true', 'on'],
      DATABASE_NOTIFICATIONS: ['false', 'notify'],
    }))
      for (const value of values)
        expect(variables({ DATABASE_URL: 'postgres://host/db', [variable]: value })).toEqual([variable])
  })

  it.each([
    'postgres://user:hunter2@host',
    'postgres://user:hunter2@host/',
    'postgres:///db',
    'postgres://user:hunter2@ho st/db',
    'mysql://user:hunter2@host/db',
    'file:',
    'file::memory:',
    'file:x.db?mode=ro',
    './x.db',
  ])('refuses the database address %s without quoting it', (DATABASE_URL) => {
    const [problem] = problems({ DATABASE_URL })
    expect(problem?.variable).toBe('DATABASE_URL')
    expect(problem?.problem).not.toContain('hunter2')
  })

  it.each([
    'smtp://host',
    'smtps://user:hunter2@host:465',
    'smtp://user:p%23s%2Fs@[::1]:2525/',
    'smtp://host?pool=true',
  ])('reads the mail server %s', (SMTP_URL) => {
    expect(read({ SMTP_URL }).mail.smtpUrl).toBe(SMTP_URL)
  })

  it.each([
    ['no URL', 'hunter2', 'should be a URL: smtp://'],
    ['no port', 'smtp://user:hunter2@host:port', 'should be a URL: smtp://'],
    ['another scheme', 'https://user:hunter2@host', 'should begin with smtp:// or smtps://'],
    ['no scheme', 'localhost:hunter2', 'should begin with smtp:// or smtps://'],
    ['no host', 'smtp:hunter2', 'should name a host'],
    ['no host but a user', 'smtp:///hunter2', 'should name a host'],
    ['a password with "#"', 'smtp://user:25#hunter2@host', 'should end with the host and its port'],
    ['a password with "/"', 'smtp://user:25/hunter2@host', 'should end with the host and its port'],
  ])('refuses a mail server with %s, without quoting it', (_, SMTP_URL, problem) => {
    const found = problems({ SMTP_URL })
    expect(found).toEqual([{ variable: 'SMTP_URL', problem: expect.stringContaining(problem) }])
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })

  it('needs the address that mails come from in production, once there is a mail server', () => {
    const SMTP_URL = 'smtps://user:hunter2@host'
    const found = problems({ ...production, SMTP_URL })
    expect(found).toEqual([{ variable: 'MAIL_FROM', problem: expect.stringContaining('required in production') }])
    expect(JSON.stringify(found)).not.toContain('hunter2')
    const MAIL_FROM = 'gatehouse@example.com'
    expect(read({ ...production, SMTP_URL, MAIL_FROM }).mail).toEqual({ smtpUrl: SMTP_URL, from: MAIL_FROM })
    expect(read({ ...production }).mail.smtpUrl).toBeNull()
    expect(read({ SMTP_URL }).mail).toEqual({ smtpUrl: SMTP_URL, from: 'gatehouse@localhost' })
  })

  it.each(['Gatehouse <gatehouse@example.com>', 'a@example.com, b@example.com', 'smtp://user:hunter2@host', 'hunter2'])(
    'refuses %s as the address that mails come from, without quoting it',
    (MAIL_FROM) => {
      const found = problems({ MAIL_FROM })
      expect(found).toEqual([{ variable: 'MAIL_FROM', problem: expect.stringContaining('an address alone') }])
      expect(JSON.stringify(found)).not.toContain('hunter2')
    },
  )

  it('demands proved addresses in production only where mails can be sent', () => {
    const env = { ...production, EMAIL_VERIFICATION: 'required' }
    expect(problems(env)).toEqual([{ variable: 'EMAIL_VERIFICATION', problem: expect.stringContaining('SMTP_URL') }])
    const mail = { SMTP_URL: 'smtp://host', MAIL_FROM: 'gatehouse@example.com' }
    expect(read({ ...env, ...mail }).emailVerification).toBe('required')
    expect(read({ EMAIL_VERIFICATION: 'required' }).emailVerification).toBe('required')
    expect(variables({ EMAIL_VERIFICATION: 'true' })).toEqual(['EMAIL_VERIFICATION'])
  })

  it('refuses keys that are too short, without quoting them', () => {
    const short = Buffer.alloc(31, 7).toString('base64url')
    const [problem] = problems({ JWT_KEYS: JSON.stringify([{ kid: 'one', alg: 'HS256', secret: short }]) })
    expect(problem).toEqual({ variable: 'JWT_KEYS', problem: 'key 1 needs a "secret" of at least 32 bytes' })
  })

  it.each([Buffer.alloc(31, 7).toString('base64'), Buffer.alloc(32, 7).toString('hex'), 'hunter2'])(
    'refuses the master key %s, without quoting it',
    (MASTER_KEY) => {
      expect(problems({ MASTER_KEY })).toEqual([
        { variable: 'MASTER_KEY', problem: 'should be 32 random bytes in base64' },
      ])
    },
  )

  it('reads peppers, and refuses what would be weak or could be taken for another, without quoting it', () => {
    const secret = Buffer.alloc(32, 7).toString('base64url')
    const peppers = (...list: unknown[]) => ({ PASSWORD_PEPPERS: JSON.stringify(list) })
    expect(read(peppers({ id: 'b', secret }, { id: 'a', secret })).passwordHashing.peppers).toEqual([
      { id: 'b', secret: Buffer.alloc(32, 7) },
      { id: 'a', secret: Buffer.alloc(32, 7) },
    ])
    const short = Buffer.alloc(31, 7).toString('base64url')
    for (const env of [
      peppers({ id: 'a', secret: short }),
      peppers({ id: 'a', secret }, { id: 'a', secret }),
      peppers({ id: '', secret }),
      peppers({ id: 'nine-long', secret }),
      peppers({ id: 'a$b', secret }),
      peppers({ id: 'a' }),
      peppers({ id: 'a', secret, note: 'x' }),
      peppers(null),
      { PASSWORD_PEPPERS: `{ "id": "a", "secret": "${secret}" }` },
      { PASSWORD_PEPPERS: secret },
    ]) {
      const [fault, second] = problems(env)
      expect([fault?.variable, second]).toEqual(['PASSWORD_PEPPERS', undefined])
      expect(fault?.problem).not.toContain(secret.slice(0, 10))
    }
  })

  it('refuses a session that ends before it is idle, and unsafe lengths', () => {
    expect(variables({ SESSION_IDLE: '7200', SESSION_ABSOLUTE: '3600' })).toEqual(['SESSION_ABSOLUTE'])
    expect(read({ SESSION_IDLE: '900', SESSION_ABSOLUTE: '900' }).session).toMatchObject({ idle: 900, absolute: 900 })
    expect(variables({ SESSION_IDLE: '899' })).toEqual(['SESSION_IDLE'])
    expect(read({ SESSION_PROFILE: 'strict' }).session).toMatchObject({ idle: 3600, absolute: 86_400 })
    expect(read({ SESSION_PROFILE: 'strict', SESSION_IDLE: '900' }).session).toMatchObject({
      idle: 900,
      absolute: 86_400,
    })
    expect(variables({ SESSION_PROFILE: 'strict', SESSION_ABSOLUTE: '900' })).toEqual(['SESSION_ABSOLUTE'])
    expect(variables({ SESSION_PROFILE: 'lax' })).toEqual(['SESSION_PROFILE'])
    expect(variables({ PASSWORD_MIN_LENGTH: '7' })).toEqual(['PASSWORD_MIN_LENGTH'])
    expect(variables({ PASSWORD_HASH_MEMORY: '19455' })).toEqual(['PASSWORD_HASH_MEMORY'])
    expect(variables({ PASSWORD_HASH_ITERATIONS: '1' })).toEqual(['PASSWORD_HASH_ITERATIONS'])
    expect(variables({ SESSIONS_PER_USER: '0' })).toEqual(['SESSIONS_PER_USER'])
    expect(variables({ SESSION_IDLE: '1e3' })).toEqual(['SESSION_IDLE'])
  })
})

describe('telemetry', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }

  it('is off unless there is somewhere for it to go', () => {
    expect(read({ OTEL_SERVICE_NAME: 'accounts', METRICS_HOST: '0.0.0.0' }).telemetry).toBeNull()
    expect(read({ METRICS_PORT: '9464' }).telemetry).toEqual({
      prometheus: { host: '127.0.0.1', port: 9464 },
      collector: null,
      resource: { 'service.name': 'gatehouse' },
    })
    expect(read({ ...endpoint, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector/otlp/' }).telemetry).toEqual({
      prometheus: null,
      collector: {
        url: 'https://collector/otlp',
        headers: {},
        sampler: 'parentbased_always_on',
        ratio: 1,
        metricInterval: 60_000,
      },
      resource: { 'service.name': 'gatehouse' },
    })
  })

  it('is called what it is told, by its own variable before the list', () => {
    const OTEL_RESOURCE_ATTRIBUTES = 'service.name=listed,host.name=a%20b'
    expect(read({ ...endpoint, OTEL_RESOURCE_ATTRIBUTES }).telemetry?.resource).toEqual({
      'service.name': 'listed',
      'host.name': 'a b',
    })
    const named = read({ ...endpoint, OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME: 'accounts' })
    expect(named.telemetry?.resource['service.name']).toBe('accounts')
  })

  it.each([
    ['METRICS_PORT', '65536'],
    ['METRICS_PORT', '4000'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:hunter2@collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318?key=hunter2'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=hunter2,x-key=hunter2'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=hunter2%0d%0aother:%20x'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=hunter2%'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_RESOURCE_ATTRIBUTES', '=value'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '10%'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '10'],
  ])('is refused where %s is %s, without quoting a secret', (variable, value) => {
    const found = problems({ [variable]: value })
    expect(found.map((problem) => problem.variable)).toEqual([variable])
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })
})

describe('settings', () => {
  it("are the README's table", async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const rows = readTableRows(readSection(readme, 'Configuration'))
    expect(rows).toEqual(settings.map((setting) => [`\`${setting.name}\``, setting.default, setting.meaning]))
  })
})
