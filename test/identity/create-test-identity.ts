import { createSecretKey } from 'node:crypto'
import type { AuditEvent } from '../../src/audit/audit-event.ts'
import { createPersonalDocuments } from '../../src/documents/personal-documents.ts'
import { createId } from '../../src/id.ts'
import { createApiTokens } from '../../src/identity/api-token/api-tokens.ts'
import { createChallenges } from '../../src/identity/challenge.ts'
import { createOneTimeSecrets } from '../../src/identity/create-one-time-secrets.ts'
import { createDeviceTokens } from '../../src/identity/device.ts'
import {
  type Client,
  defaultSessionSettings,
  type Identity,
  type SessionSettings,
  type SignedIn,
} from '../../src/identity/identity.ts'
import { createKeyRing } from '../../src/identity/key-ring.ts'
import { type LoginInput, login } from '../../src/identity/login.ts'
import { createRelyingParty } from '../../src/identity/passkey/relying-party.ts'
import { createPasswordHasher, type PasswordHasher } from '../../src/identity/password/hash.ts'
import { defaultPasswordRules } from '../../src/identity/password/rules.ts'
import { listExpiring } from '../../src/identity/purge-expired.ts'
import { register } from '../../src/identity/register.ts'
import { createSealing } from '../../src/identity/sealing.ts'
import { createThrottle } from '../../src/identity/throttle.ts'
import { defaultThrottleSettings, type ThrottleSettings } from '../../src/identity/throttle-settings.ts'
import { createSessionTokens } from '../../src/identity/token.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createSetClock, type SetClock } from './set-clock.ts'

export const password = 'open sesame in the tests'
export const newPassword = 'another sesame in the tests'

/** A client of a network of its own, so that no test runs into another's limits. */
export function clientAt(ipAddress: string | null, deviceToken: string | null = null): Client {
  return { ipAddress, userAgent: 'Test/1.0', deviceToken }
}

export const home = clientAt('192.0.2.1')
export const elsewhere = clientAt('198.51.100.7')

export interface TestIdentity extends Identity {
  clock: SetClock
  hasher: CountingHasher
  opened: TestDatabase
  /** Everything in the audit, oldest first, without ids and times. */
  recorded(): Promise<Omit<AuditEvent, 'id' | 'occurredAt'>[]>
}

/** Hashes as the real one does, and counts how often it is asked to. */
export interface CountingHasher extends PasswordHasher {
  hashes: number
  verifications: number
}

const realHasher = createPasswordHasher({ memory: 19_456, iterations: 2, parallelism: 1, concurrency: 2, queue: 64 })

export function countHashing(hasher: PasswordHasher = realHasher): CountingHasher {
  const counting: CountingHasher = {
    ...hasher,
    hashes: 0,
    verifications: 0,
    hash(...given) {
      counting.hashes++
      return hasher.hash(...given)
    },
    verify(...given) {
      counting.verifications++
      return hasher.verify(...given)
    },
  }
  return counting
}

export function createKey(kid: string, byte: number) {
  const key = createSecretKey(Buffer.alloc(32, byte))
  return { kid, algorithm: 'HS256', signingKey: key, verificationKey: key } as const
}

/** The identity domain over a database of a test's own, with a clock that stands still. */
export async function createTestIdentity({
  settings = defaultSessionSettings,
  throttleSettings = defaultThrottleSettings,
  emailVerification = 'optional',
}: {
  settings?: SessionSettings
  throttleSettings?: ThrottleSettings
  emailVerification?: Identity['emailVerification']
} = {}): Promise<TestIdentity> {
  const opened = await openTestDatabase()
  const { stores, database } = opened
  const clock = createSetClock()
  const sealing = createSealing(createSecretKey(Buffer.alloc(32, 5)))
  const context = {
    keys: createKeyRing([createKey('test', 1)]),
    issuer: 'https://gatehouse.test',
    audience: 'gatehouse',
    clock,
    createId,
  }
  const { transaction } = database
  return {
    opened,
    ...stores,
    keys: context.keys,
    loginProviders: new Map(),
    transaction,
    personalData: [createPersonalDocuments({ ...stores, grants: stores.accessGrants, transaction, clock, createId })],
    throttle: createThrottle({
      store: stores.throttle,
      secret: Buffer.alloc(32, 9),
      clock,
      settings: throttleSettings,
    }),
    hasher: countHashing(),
    passwordRules: defaultPasswordRules,
    tokens: createSessionTokens(context),
    apiTokens: createApiTokens(context),
    challenges: createChallenges(context),
    devices: createDeviceTokens(context),
    sealing,
    oneTimeSecrets: createOneTimeSecrets({ store: stores.oneTimeSecrets, sealing, clock, createId }),
    relyingParty: createRelyingParty('https://gatehouse.test', []),
    expiring: listExpiring(stores),
    clock,
    createId,
    settings,
    emailVerification,
    async recorded() {
      const filter = { actions: null, actorId: null, subjectId: null, from: null, until: null }
      const { items } = await stores.audit.list({ first: 100, after: null, filter })
      return items.reverse().map(({ id: _id, occurredAt: _occurredAt, ...event }) => event)
    },
  }
}

/** Ada, signed in from a network that no other test uses. */
export function registerAda(identity: Identity) {
  return register(identity, { email: 'Ada@Example.com', password, name: 'Ada Lovelace' }, clientAt('203.0.113.1'))
}

/** Signs in a user who has no second factor. */
export async function loginByPassword(identity: Identity, input: LoginInput, client: Client): Promise<SignedIn> {
  const outcome = await login(identity, input, client)
  if ('challenge' in outcome) throw new TypeError('a second factor is wanted')
  return outcome
}

/** Suspends everybody, and leaves their sessions as they are. */
export async function suspend({ opened: { database } }: TestIdentity, at: Date): Promise<void> {
  const { db, tables } = database
  await db.update(tables.users).set({ suspendedAt: at })
}
