import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { expiringEvents } from './audit/expiring-events.ts'
import { type Background, repeat } from './background.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config, DatabaseSettings, TelemetrySettings } from './config.ts'
import type { Database, FollowStatement } from './database/database.ts'
import { openPostgresql } from './database/postgresql.ts'
import { createPostgresqlNotifications } from './database/postgresql-notifications.ts'
import { openSqlite } from './database/sqlite.ts'
import { createStores, type Stores } from './database/stores/index.ts'
import { seedDemo } from './demo.ts'
import {
  createDocumentChanges,
  documentChannel,
  printDocumentChange,
  tellDocumentChanges,
} from './documents/document-changes.ts'
import { createPersonalDocuments } from './documents/personal-documents.ts'
import type { Application } from './graphql/context.ts'
import { createFormatError } from './graphql/format-error.ts'
import { createSubscriptionOpener } from './graphql/open-subscription.ts'
import { createSchema } from './graphql/schema.ts'
import { validationRules } from './graphql/validation-rules.ts'
import { createApollo } from './http/apollo.ts'
import { createLogger } from './http/logger.ts'
import { createOpenStreams } from './http/open-streams.ts'
import { describeScope, requestScope } from './http/request-scope.ts'
import { createServer } from './http/server.ts'
import { withTimeLimit } from './http/time-limit.ts'
import { createId } from './id.ts'
import { createApiTokens } from './identity/api-token/api-tokens.ts'
import { createChallenges } from './identity/challenge.ts'
import { createOneTimeSecrets } from './identity/create-one-time-secrets.ts'
import { createDeviceTokens } from './identity/device.ts'
import { createDevelopmentInbox, type DevelopmentInbox } from './identity/email/development-inbox.ts'
import { dispatchMails, type SendMail } from './identity/email/dispatch-mails.ts'
import { createSmtpSender } from './identity/email/smtp.ts'
import type { WrittenMail } from './identity/email/write-mail.ts'
import { createKeyRing } from './identity/key-ring.ts'
import { loadDevelopmentKey, type SigningKey } from './identity/keys.ts'
import { deriveKey, loadDevelopmentMasterKey } from './identity/master-key.ts'
import { createLoginProviders } from './identity/oauth/login-provider.ts'
import type { ProviderSettings } from './identity/oauth/parse-provider-settings.ts'
import { createRelyingParty } from './identity/passkey/relying-party.ts'
import { createPasswordHasher } from './identity/password/hash.ts'
import { defaultPasswordRules } from './identity/password/rules.ts'
import { listExpiring, purgeExpired } from './identity/purge-expired.ts'
import { reloadKeys } from './identity/reload-keys.ts'
import { createSealing } from './identity/sealing.ts'
import { createSessionCache, parseViewerChange, printViewerChange } from './identity/session-cache.ts'
import { createSessionWatch, type SessionWatch } from './identity/session-watch.ts'
import { createThrottle } from './identity/throttle.ts'
import { defaultThrottleSettings } from './identity/throttle-settings.ts'
import { createSessionTokens } from './identity/token.ts'
import { tellViewerChanges, viewerChannel } from './identity/viewer-changes.ts'
import { createLocalNotifications, createUnsharedNotifications, type Notifications } from './notifications.ts'
import type { Telemetry } from './telemetry/open-telemetry.ts'
import type { Transaction } from './transaction.ts'

/** What tests put in the place of the machine's own. */
export interface Overrides {
  clock?: Clock
  logger?: Logger
  /** Milliseconds that an operation may take. */
  timeLimit?: number
  /** Milliseconds that a client has to take the events that are sent to it. */
  patience?: number
  /** Milliseconds between two signs of life on what stays open. */
  heartbeat?: number
  /** Milliseconds for which a stop waits for requests in flight. */
  stopLimit?: number
  /** Milliseconds from one time to the next. */
  intervals?: { reloadKeys: number; purge: number; mails?: number }
  /** The folder of the console's pages. */
  consoleFolder?: string
}

const builtConsole = fileURLToPath(new URL('../console/dist', import.meta.url))

export interface Composition {
  application: Application
  database: Database
  notifications: Notifications
  /** Not listening yet. */
  server: FastifyInstance
  /** Where metrics are read; null where they are not. */
  metricsPort: number | null
  /** Lets what is in flight finish, for at most ten seconds unless told otherwise, then closes the database. */
  close(): Promise<void>
}

/** A key that was retired by command verifies for no longer than this. */
const defaultIntervals = { reloadKeys: 15_000, purge: 60_000, mails: 1000 }
/** How often it is seen which sessions to read anew, of those that somebody waits by. */
const watchPause = 200
/**
 * How long their last reading may be relied on. On SQLite nobody tells of what another process does, the command line
 * for one; on PostgreSQL word of it comes by itself, and is seldom lost.
 */
const relyOn = { sqlite: 500, postgresql: 5_000 }
/** How often instances that hear nothing of each other take it that something happened; what is found then is within five seconds. */
const gapEvery = 4_500
/** Rows of a kind that are purged at a time. */
const purgeLimit = 100

/** Passwords hashed at a time at most, however many cores there are: each takes a thread and 19 MiB. */
const mostHashes = 4

/**
 * Wires the whole server.
 *
 * @throws ConfigError when the database or a key does not fit this configuration
 * @throws SchemaPolicyError when a rule in the schema could not be enforced as it stands
 */
export async function compose(
  config: Config<SigningKey, ProviderSettings>,
  overrides: Overrides = {},
): Promise<Composition> {
  const { logger = createLogger(config.logLevel), timeLimit = 10_000, stopLimit = 10_000 } = overrides
  const telemetry = config.telemetry && (await startTelemetry(config.telemetry, { config, logger }))
  const { application, database, notifications } = await composeApplication(config, {
    ...overrides,
    logger,
    telemetry,
  }).catch(async (error) => {
    await telemetry?.close()
    throw error
  })
  try {
    await reloadKeys(application.identity)
    if (config.seedDemo) await seedDemo(application)
    const schema = createSchema({
      application,
      onError: (cause, coordinate) =>
        logger.error({ err: cause, coordinate, ...describeScope() }, 'a rule could not be decided'),
      onDecisions: telemetry?.decisions,
      onSignIn: telemetry?.signIn,
      onWarning: (faults) => logger.info({ faults }, 'denials that make null more than themselves'),
    })
    const formatError = createFormatError({
      // The answer's own id, which every line of the log about it bears.
      createId: () => requestScope.getStore()?.requestId ?? createId(),
      log: ({ cause, path, correlationId }) =>
        logger.error(
          { err: cause, path: path?.join('.'), ...describeScope(), requestId: correlationId },
          'a field failed',
        ),
    })
    const followOperation = telemetry?.followOperation
    const { apollo, known } = createApollo({ schema, formatError, validationRules, config, logger, followOperation })
    await apollo.start()
    const sessionWatch = watchSessions(application, { config, notifications, logger })
    const inbox = config.environment === 'development' ? createDevelopmentInbox(printMail) : null
    const server = await createServer({
      application,
      apollo,
      known,
      config,
      logger,
      // Nobody sorts these: they need no time in them, and random ones are drawn by the hundred.
      createId: randomUUID,
      ready: () => database.ping(),
      inbox,
      timeLimit,
      onArrival: database.viewerRows?.arrive,
      consoleFolder: overrides.consoleFolder ?? builtConsole,
      openSubscription: createSubscriptionOpener(schema, {
        formatError,
        within: (work) => withTimeLimit(timeLimit, work),
      }),
      streams: createOpenStreams(config.streams),
      sessionWatch,
      patience: overrides.patience ?? 10_000,
      heartbeat: overrides.heartbeat ?? 15_000,
      followRequest: telemetry?.follow,
      onSignIn: telemetry?.signIn,
    })
    const background = startBackground(application, {
      config,
      logger,
      inbox,
      sessionWatch,
      intervals: overrides.intervals,
    })
    return {
      application,
      database,
      notifications,
      server,
      metricsPort: telemetry?.metricsPort ?? null,
      async close() {
        const timer = setTimeout(() => server.server.closeAllConnections(), stopLimit)
        await server.close()
        clearTimeout(timer)
        await apollo.stop()
        await Promise.all(background.map((work) => work.stop()))
        await notifications.close()
        await database.close()
        await telemetry?.close()
      },
    }
  } catch (error) {
    await notifications.close()
    await database.close()
    await telemetry?.close()
    throw error
  }
}

/** Loaded only where somebody watches. */
async function startTelemetry(
  settings: TelemetrySettings,
  { config, logger }: { config: Config; logger: Logger },
): Promise<Telemetry> {
  const { openTelemetry } = await import('./telemetry/open-telemetry.ts')
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } })
  return openTelemetry({
    ...settings,
    system: config.database.kind,
    version: manifest.version,
    instanceId: randomUUID(),
    current: () => requestScope.getStore()?.followed ?? null,
    onFailure: (error) => logger.warn({ err: error }, 'telemetry could not be sent'),
    onRecovery: () => logger.info('telemetry is sent again'),
  })
}

/** Bare: a development mail is to be read, and its link to be clicked. */
function printMail({ to, subject, text }: WrittenMail): void {
  console.log(`\nA mail to ${to}: ${subject}\n\n${text}`)
}

function startBackground(
  { identity }: Application,
  {
    config,
    logger,
    inbox,
    sessionWatch,
    intervals = defaultIntervals,
  }: {
    config: Config
    logger: Logger
    inbox: DevelopmentInbox | null
    sessionWatch: SessionWatch
    intervals: Overrides['intervals']
  },
): Background[] {
  const { smtpUrl, from } = config.mail
  const send: SendMail = smtpUrl !== null ? createSmtpSender(smtpUrl, from) : (inbox?.send ?? refuseToSend)
  return [
    repeat({
      every: intervals.mails ?? defaultIntervals.mails,
      work: () =>
        dispatchMails({
          ...identity,
          publicUrl: config.publicUrl,
          send,
          onFailure: (error, mail) => logger.error({ err: error, mail }, 'a mail could not be sent'),
        }),
      onError: (error) => logger.error({ err: error }, 'mails could not be dispatched'),
    }),
    repeat({
      every: watchPause,
      work: () => sessionWatch.look(),
      onError: (error) => logger.error({ err: error }, 'sessions could not be watched'),
    }),
    repeat({
      every: intervals.reloadKeys,
      work: () => reloadKeys(identity),
      onError: (error) => logger.error({ err: error }, 'the signing keys could not be reloaded'),
    }),
    repeat({
      every: intervals.purge,
      work: () => purgeExpired(identity, purgeLimit),
      onError: (error) => logger.error({ err: error }, 'what has expired could not be purged'),
    }),
  ]
}

async function refuseToSend(): Promise<never> {
  throw new TypeError('There is nowhere to hand mails to: set SMTP_URL')
}

/** Has the sessions watched by which somebody waits for events. */
function watchSessions(
  { identity }: Application,
  { config, notifications, logger }: { config: Config; notifications: Notifications; logger: Logger },
): SessionWatch {
  const watch = createSessionWatch({
    clock: identity.clock,
    interval: relyOn[config.database.kind],
    onError: (error) => logger.error({ err: error }, 'a session could not be read'),
  })
  notifications.subscribe(viewerChannel, (payload) => watch.hear(parseViewerChange(payload)))
  notifications.onGap(() => watch.hear('everybody'))
  return watch
}

/** Where a development server keeps its keys: beside the file, or where the file would be. */
function folderOf(settings: DatabaseSettings): string {
  return settings.kind === 'sqlite' ? dirname(settings.path) : 'data'
}

function openDatabase(
  settings: DatabaseSettings,
  told: { onError(error: unknown): void; follow: FollowStatement | undefined },
): Promise<Database> {
  return settings.kind === 'sqlite'
    ? openSqlite({ ...settings, follow: told.follow })
    : openPostgresql({ ...settings, ...told })
}

function createNotifications(settings: DatabaseSettings, onError: (error: unknown) => void): Notifications {
  if (settings.kind === 'sqlite') return createLocalNotifications(onError)
  return settings.notifications === 'listen'
    ? createPostgresqlNotifications(settings.url, onError)
    : createUnsharedNotifications(onError, gapEvery)
}

/** Has session records remembered, and forgotten by every instance when they change. */
function rememberViewers(
  stores: Stores,
  {
    config,
    database,
    notifications,
    telemetry,
  }: {
    config: Pick<Config, 'sessionCache'>
    database: Database
    notifications: Notifications
    telemetry: Telemetry | null
  },
): Stores & { transaction: Transaction } {
  const { viewerRows } = database
  const seconds = config.sessionCache
  const lasting = viewerRows && seconds === 0 ? viewerRows : { seconds }
  const cache = createSessionCache(lasting, countLookups(telemetry, 'session'))
  viewerRows?.onChange(cache.forget)
  if (seconds > 0) {
    notifications.subscribe(viewerChannel, (payload) => cache.forget(parseViewerChange(payload)))
    notifications.onGap(() => cache.forget('everybody'))
  }
  const sessions = cache.remember(stores.sessions)
  return {
    ...stores,
    ...tellViewerChanges({ ...stores, sessions }, database.transaction, async (change, reach) => {
      cache.forget(change)
      if (reach === 'everywhere') await notifications.publish(viewerChannel, printViewerChange(change))
    }),
  }
}

function countLookups(telemetry: Telemetry | null, cache: string): ((isHit: boolean) => void) | undefined {
  return telemetry ? (isHit) => telemetry.lookup(cache, isHit) : undefined
}

/** Wires the domains alone, over an open database: all that the command line needs. */
export async function composeApplication(
  config: Config<SigningKey, ProviderSettings>,
  {
    clock = systemClock,
    logger = createLogger(config.logLevel),
    telemetry = null,
  }: Pick<Overrides, 'clock' | 'logger'> & { telemetry?: Telemetry | null } = {},
): Promise<Pick<Composition, 'application' | 'database' | 'notifications'>> {
  const beside = (file: string) => join(folderOf(config.database), file)
  const keys = createKeyRing(config.signingKeys ?? (await loadDevelopmentKey(beside('development-keys.json'))))
  const masterKey = config.masterKey ?? (await loadDevelopmentMasterKey(beside('development-master-key')))
  const database = await openDatabase(config.database, {
    onError: (error) => logger.error({ err: error }, 'a connection to the database broke'),
    follow: telemetry?.followStatement,
  })
  const notifications = createNotifications(config.database, (error) =>
    logger.error({ err: error }, 'notifications may be lost'),
  )
  const { transaction: transact, ...kept } = rememberViewers(createStores(database), {
    config,
    database,
    notifications,
    telemetry,
  })
  const { throttle, oneTimeSecrets, documents: documentStore, accessGrants, ...stores } = kept
  const { transaction, ...documentStores } = tellDocumentChanges(
    { documents: documentStore, grants: accessGrants },
    transact,
    (change) => notifications.publish(documentChannel, printDocumentChange(change)),
  )
  const { users, roles, audit } = stores
  const sealing = createSealing(masterKey)
  const tokenContext = { keys, issuer: config.publicUrl, audience: config.publicUrl, clock, createId }
  const shared = { users, audit, transaction, clock, createId }
  const documentDomain = { ...shared, ...documentStores, changes: createDocumentChanges(notifications) }

  return {
    database,
    notifications,
    application: {
      identity: {
        ...shared,
        ...stores,
        personalData: [createPersonalDocuments(documentDomain)],
        throttle: createThrottle({
          store: throttle,
          secret: deriveKey(masterKey, 'throttle'),
          clock,
          settings: defaultThrottleSettings,
        }),
        hasher: createPasswordHasher({
          ...config.passwordHashing,
          parallelism: 1,
          // One core is left for those who are signed in already.
          concurrency: Math.min(Math.max(1, availableParallelism() - 1), mostHashes),
          queue: 64,
        }),
        passwordRules: { ...defaultPasswordRules, minimumLength: config.passwordMinLength },
        keys,
        tokens: createSessionTokens({ ...tokenContext, onLookup: countLookups(telemetry, 'session_token') }),
        apiTokens: createApiTokens({ ...tokenContext, onLookup: countLookups(telemetry, 'api_token') }),
        challenges: createChallenges(tokenContext),
        devices: createDeviceTokens(tokenContext),
        loginProviders: createLoginProviders(config.oauthProviders, { publicUrl: config.publicUrl, clock }),
        sealing,
        oneTimeSecrets: createOneTimeSecrets({ store: oneTimeSecrets, sealing, clock, createId }),
        relyingParty: createRelyingParty(config.publicUrl, config.allowedOrigins),
        expiring: [
          ...listExpiring({ ...stores, throttle, oneTimeSecrets }),
          expiringEvents(audit, config.auditRetention),
        ],
        settings: config.session,
        emailVerification: config.emailVerification,
      },
      access: { ...shared, roles },
      documents: documentDomain,
      audit,
    },
  }
}
