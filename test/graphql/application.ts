import { createSecretKey, randomBytes } from 'node:crypto'
import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import {
  type ExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
  parse,
  subscribe,
  type TypedQueryDocumentNode,
} from 'graphql'
import type { AuditEvent } from '../../src/audit/audit-event.ts'
import { createDocumentChanges } from '../../src/documents/document-changes.ts'
import { createPersonalDocuments } from '../../src/documents/personal-documents.ts'
import { type Application, type Context, createContext } from '../../src/graphql/context.ts'
import { createFormatError, type MaskedError } from '../../src/graphql/format-error.ts'
import { limitsRule } from '../../src/graphql/limits.ts'
import { createSchema } from '../../src/graphql/schema.ts'
import { createId } from '../../src/id.ts'
import { createApiTokens } from '../../src/identity/api-token/api-tokens.ts'
import { authenticate } from '../../src/identity/authenticate.ts'
import { createChallenges } from '../../src/identity/challenge.ts'
import { createOneTimeSecrets } from '../../src/identity/create-one-time-secrets.ts'
import { createDeviceTokens } from '../../src/identity/device.ts'
import { type Client, defaultSessionSettings } from '../../src/identity/identity.ts'
import { createKeyRing } from '../../src/identity/key-ring.ts'
import { createRelyingParty } from '../../src/identity/passkey/relying-party.ts'
import { createPasswordHasher } from '../../src/identity/password/hash.ts'
import { defaultPasswordRules } from '../../src/identity/password/rules.ts'
import { listExpiring } from '../../src/identity/purge-expired.ts'
import { createSealing } from '../../src/identity/sealing.ts'
import { startSession } from '../../src/identity/start-session.ts'
import { createThrottle } from '../../src/identity/throttle.ts'
import { defaultThrottleSettings } from '../../src/identity/throttle-settings.ts'
import { createSessionTokens } from '../../src/identity/token.ts'
import type { Role, User } from '../../src/identity/user.ts'
import { createLocalNotifications } from '../../src/notifications.ts'
import { createSetClock } from '../identity/set-clock.ts'
import { openTestDatabase } from '../support/database.ts'

/** Who may be asked to run an operation; each has the one role. */
export type Person = 'admin' | 'editor' | 'member' | 'stranger'

const rolesOf: Record<Person, Role> = { admin: 'ADMIN', editor: 'EDITOR', member: 'MEMBER', stranger: 'MEMBER' }

export const password = 'correct horse battery staple'

export const client: Client = { ipAddress: '203.0.113.7', userAgent: 'Vitest', deviceToken: null }

const key = createSecretKey(randomBytes(32))

const everything = { actions: null, actorId: null, subjectId: null, from: null, until: null }

/** The whole application but for HTTP, over a database of its own, with one user for each {@link Person}. */
export async function openApplication() {
  const { database, stores, close } = await openTestDatabase()
  const clock = createSetClock()
  const sealing = createSealing(key)
  const notifications = createLocalNotifications(console.error)
  const shared = { ...stores, grants: stores.accessGrants, transaction: database.transaction, clock, createId }
  const keys = createKeyRing([{ kid: 'test', algorithm: 'HS256', signingKey: key, verificationKey: key }])
  const tokens = {
    keys,
    issuer: 'https://gatehouse.test',
    audience: 'gatehouse',
    clock,
    createId,
  }
  const application: Application = {
    identity: {
      ...shared,
      personalData: [createPersonalDocuments(shared)],
      throttle: createThrottle({ store: stores.throttle, secret: key, clock, settings: defaultThrottleSettings }),
      hasher: createPasswordHasher({ memory: 19_456, iterations: 2, parallelism: 1, concurrency: 4, queue: 64 }),
      passwordRules: defaultPasswordRules,
      keys,
      tokens: createSessionTokens(tokens),
      apiTokens: createApiTokens(tokens),
      challenges: createChallenges(tokens),
      devices: createDeviceTokens(tokens),
      sealing,
      oneTimeSecrets: createOneTimeSecrets({ store: stores.oneTimeSecrets, sealing, clock, createId }),
      loginProviders: new Map(),
      relyingParty: createRelyingParty('https://gatehouse.test', []),
      expiring: listExpiring(stores),
      settings: defaultSessionSettings,
      emailVerification: 'optional',
    },
    access: shared,
    documents: { ...shared, changes: createDocumentChanges(notifications) },
    audit: stores.audit,
  }

  async function addUser(name: string, roles: readonly Role[], verified = true): Promise<User> {
    const user: User = {
      id: createId(),
      name,
      email: `${name}@example.com`,
      emailVerified: verified,
      suspended: false,
      roles,
      createdAt: clock.now(),
    }
    await stores.users.create(user)
    for (const role of roles) await stores.roles.assign(user.id, role, null, clock.now())
    return user
  }

  const people = {} as Record<Person, User>
  for (const [person, role] of Object.entries(rolesOf)) people[person as Person] = await addUser(person, [role])

  /** Every event there is, oldest first. */
  async function auditTrail(): Promise<AuditEvent[]> {
    const { items } = await stores.audit.list({ first: 1000, after: null, filter: everything })
    return items.reverse()
  }

  return { application, database, stores, notifications, clock, people, addUser, auditTrail, close }
}

export type TestApplication = Awaited<ReturnType<typeof openApplication>>

/** What a cookie jar would have been told, in order. */
export type CookieCall = { set: string } | 'clear'

export interface Result<Data> {
  data: Data | null | undefined
  errors: readonly GraphQLFormattedError[]
  cookies: CookieCall[]
  context: Context
}

/** Runs operations as Apollo Server does, with this project's rules, limits and error formatting. */
export function createExecutor({ application, people }: Pick<TestApplication, 'application' | 'people'>) {
  const masked: MaskedError[] = []
  const ruleErrors: unknown[] = []
  const schema = createSchema({ application, onError: (cause) => ruleErrors.push(cause) })
  const server = new ApolloServer<Context>({
    schema,
    validationRules: [limitsRule],
    formatError: createFormatError({ createId, log: (error) => masked.push(error) }),
    includeStacktraceInErrorResponses: true,
    plugins: [ApolloServerPluginCacheControlDisabled()],
  })

  /** Gives the token of a new session of the user. */
  async function signIn(user: User): Promise<string> {
    const { identity } = application
    const signIn = { user, methods: ['PASSWORD'] as const, replaces: null }
    const { token } = await identity.transaction(() => startSession(identity, signIn, client))
    return token
  }

  async function contextOf(as: { as?: Person; token?: string }) {
    const sessionToken = as.token ?? (as.as ? await signIn(people[as.as]) : null)
    const cookies: CookieCall[] = []
    const context = createContext({
      application,
      client,
      authentication: await authenticate(application.identity, sessionToken),
      sessionToken,
      browserKey: null,
      cookies: {
        set: ({ token }) => cookies.push({ set: token }),
        clear: () => cookies.push('clear'),
        bindBrowser: () => 'this browser',
      },
    })
    return { context, cookies }
  }

  async function execute<Data, Variables>(
    query: TypedQueryDocumentNode<Data, Variables> | string,
    variables: Variables | Record<string, unknown> = {},
    as: { as?: Person; token?: string } = {},
  ): Promise<Result<Data>> {
    const { context, cookies } = await contextOf(as)
    const { body } = await server.executeOperation(
      { query: query as string, variables: variables as Record<string, unknown> },
      { contextValue: context },
    )
    if (body.kind !== 'single') throw new Error('one result was expected')
    const { data, errors = [] } = body.singleResult
    // As a client gets it: through JSON.
    const answer = JSON.parse(JSON.stringify({ data, errors })) as { data: Data | null; errors: GraphQLError[] }
    return { ...answer, cookies, context }
  }

  /** Gives the first answer of a subscription: what refuses it, or that to the event which `happen` brings about. */
  async function firstAnswer(
    query: string,
    variables: Record<string, unknown>,
    as: { as?: Person; token?: string },
    happen: () => Promise<void>,
  ): Promise<ExecutionResult> {
    const { context: contextValue } = await contextOf(as)
    const stream = await subscribe({ schema, document: parse(query), variableValues: variables, contextValue })
    if (!(Symbol.asyncIterator in stream)) return stream
    const first = stream.next()
    await happen()
    const { value } = await first
    await stream.return(undefined)
    return value ?? {}
  }

  return { execute, firstAnswer, signIn, schema, masked, ruleErrors }
}

/** An error as the tests compare it: its code and where it stands. */
export function refusals({ errors }: Pick<Result<unknown>, 'errors'>) {
  return errors.map(({ extensions, path }) => ({ code: extensions?.code, path }))
}
