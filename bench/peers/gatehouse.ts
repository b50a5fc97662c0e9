import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addResolversToSchema } from '@graphql-tools/schema'
import { buildASTSchema, concatAST, parse } from 'graphql'
import { composeApplication } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { authorizeSchema, directiveTypeDefs } from '../../src/directives/index.ts'
import type { Context } from '../../src/graphql/context.ts'
import { createFormatError } from '../../src/graphql/format-error.ts'
import { limitsRule } from '../../src/graphql/limits.ts'
import { createSubscriptionOpener } from '../../src/graphql/open-subscription.ts'
import { rootTypeRule } from '../../src/graphql/root-type-rule.ts'
import { createApollo } from '../../src/http/apollo.ts'
import { createLogger } from '../../src/http/logger.ts'
import { createOpenStreams } from '../../src/http/open-streams.ts'
import { createServer } from '../../src/http/server.ts'
import { createId } from '../../src/id.ts'
import { parseSigningKeys } from '../../src/identity/keys.ts'
import { parseMasterKey } from '../../src/identity/master-key.ts'
import { parseProviderSettings } from '../../src/identity/oauth/parse-provider-settings.ts'
import { createSessionWatch } from '../../src/identity/session-watch.ts'
import { startSession } from '../../src/identity/start-session.ts'
import { tell } from '../tell.ts'
import { secret } from './token.ts'
import { cookieName, describeWorld, type Role, resolvers } from './world.ts'

/** This server as it runs in production, over the schema of the comparison. */

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const config = readConfig(
  {
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://api.example.com',
    DATABASE_URL: `file:${join(folder, 'gatehouse.db')}`,
    JWT_KEYS: JSON.stringify([{ kid: 'bench', alg: 'HS256', secret: secret.toString('base64url') }]),
    MASTER_KEY: Buffer.alloc(32, 'm').toString('base64'),
    TRUST_PROXY: '1',
    LOG_LEVEL: 'warn',
    SESSION_CACHE: process.env.SESSION_CACHE ?? '0',
  },
  parseSigningKeys,
  parseMasterKey,
  parseProviderSettings,
)
const logger = createLogger(config.logLevel)
const { application, database } = await composeApplication(config, { logger })

const roles = /* GraphQL */ `
  enum Role { MEMBER @grants(permissions: [READ]) ADMIN @grants(permissions: [MANAGE], includes: [MEMBER]) }
  enum Permission { READ MANAGE }
`
const sdl = describeWorld({ signedIn: '@auth', admin: '@hasRole(role: ADMIN)' })
const schema = authorizeSchema<Context>(
  addResolversToSchema({
    schema: buildASTSchema(concatAST([sdl, roles, directiveTypeDefs].map((text) => parse(text)))),
    resolvers,
  }),
  { viewer: ({ viewer }) => viewer, onWarning: () => {} },
)
const formatError = createFormatError({
  createId,
  log: ({ cause }) => logger.error({ err: cause }, 'a field failed'),
})
const { apollo, known } = createApollo({
  schema,
  formatError,
  validationRules: [rootTypeRule, limitsRule],
  config,
  logger,
})
await apollo.start()
const { clock } = application.identity
const server = await createServer({
  application,
  apollo,
  known,
  config,
  logger,
  createId: randomUUID,
  ready: () => database.ping(),
  inbox: null,
  consoleFolder: join(folder, 'console'),
  timeLimit: 10_000,
  onArrival: database.viewerRows?.arrive,
  openSubscription: createSubscriptionOpener(schema, { formatError, within: (work) => work }),
  streams: createOpenStreams(config.streams),
  sessionWatch: createSessionWatch({ clock, interval: 500, onError: (error) => logger.error(error) }),
  patience: 10_000,
  heartbeat: 15_000,
})
await server.listen({ host: '127.0.0.1', port: 0 })

async function signIn(role: Role): Promise<string> {
  const { identity } = application
  const user = {
    id: createId(),
    name: role,
    email: `${role}@example.com`,
    emailVerified: true,
    suspended: false,
    roles: [role],
    createdAt: identity.clock.now(),
  }
  const client = { ipAddress: '127.0.0.1', userAgent: 'bench', deviceToken: null }
  const { token } = await identity.transaction(async () => {
    await identity.users.create(user)
    await identity.roles.assign(user.id, role, null, user.createdAt)
    return startSession(identity, { user, methods: ['PASSWORD'], replaces: null }, client)
  })
  return `${cookieName}=${token}`
}

tell(server.server.address(), { ADMIN: await signIn('ADMIN'), MEMBER: await signIn('MEMBER') })
