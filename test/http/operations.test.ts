import { randomUUID } from 'node:crypto'
import { print, type TypedQueryDocumentNode } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExecutableSchema } from '../../src/graphql/schema.ts'
import * as operations from '../support/__generated__/operations.ts'
import { type Answer, type Json, refusals } from '../support/client.ts'
import { everybody, type House, openHouse, type Person } from '../support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** Where a refusal is decided: by what the viewer is, before anything runs, or by the data, at its field. */
type Refusal = [code: string, decidedBy: 'viewer' | 'data']

const unauthenticated: Refusal = ['UNAUTHENTICATED', 'viewer']
const forbidden: Refusal = ['FORBIDDEN', 'viewer']
const forbiddenThere: Refusal = ['FORBIDDEN', 'data']

interface Operation {
  /** Gives the operation and its variables, on data of its own. */
  make(house: House): Promise<[query: string, variables: Json]>
  /** Everybody else is allowed. */
  refused: Partial<Record<Person, Refusal>>
}

/** Holds the variables to the operation's types; afterwards operations are all alike. */
function on<Data, Variables extends Json>(
  document: TypedQueryDocumentNode<Data, Variables>,
  variables: (house: House) => Promise<Variables> | Variables,
): Operation['make'] {
  return async (house) => [print(document), await variables(house)]
}

const nothing = () => ({})
const aDocument = async ({ createDocument }: House) => ({ id: await createDocument() })
const aShare = async ({ createDocument, ids }: House) => ({
  id: await createDocument(),
  with: { userId: ids.stranger },
  level: 'READ' as const,
})
/** A new account that nobody is signed in to. */
const aUser = async ({ server }: House) => {
  const { users, clock, createId } = server.application.identity
  const user = { id: createId(), name: 'New', emailVerified: false, suspended: false, createdAt: clock.now() }
  await users.create({ ...user, email: `${user.id}@example.com`, roles: ['MEMBER'] })
  return { userId: user.id }
}
const everyoneButAdmin = { anonymous: unauthenticated, stranger: forbidden, member: forbidden, editor: forbidden }

const queries: Record<string, Operation> = {
  session: { make: on(operations.CurrentSessionDocument, nothing), refused: {} },
  me: { make: on(operations.MeDocument, nothing), refused: { anonymous: unauthenticated } },
  node: {
    make: on(operations.NodeDocument, aDocument),
    refused: { anonymous: unauthenticated, stranger: forbiddenThere },
  },
  user: {
    make: on(operations.UserDocument, ({ ids }) => ({ id: ids.admin })),
    refused: { anonymous: unauthenticated },
  },
  users: { make: on(operations.UsersDocument, nothing), refused: everyoneButAdmin },
  loginProviders: { make: on(operations.LoginProvidersDocument, nothing), refused: {} },
  document: {
    make: on(operations.DocumentDocument, aDocument),
    refused: { anonymous: unauthenticated, stranger: forbiddenThere },
  },
  documents: { make: on(operations.DocumentsDocument, nothing), refused: { anonymous: unauthenticated } },
  auditEvents: { make: on(operations.AuditEventsDocument, nothing), refused: everyoneButAdmin },
  accessMatrix: { make: async () => ['{ accessMatrix { rows { coordinate } } }', {}], refused: everyoneButAdmin },
  explainAccess: {
    make: async () => ['{ explainAccess(query: "{ me { id } }") { complete } }', {}],
    refused: everyoneButAdmin,
  },
}

const mutations: Record<string, Operation> = {
  updateProfile: {
    make: on(operations.UpdateProfileDocument, () => ({ name: 'Renamed' })),
    refused: { anonymous: unauthenticated },
  },
  revokeOtherSessions: {
    make: on(operations.RevokeOtherSessionsDocument, nothing),
    refused: { anonymous: unauthenticated },
  },
  changeEmail: {
    make: on(operations.ChangeEmailDocument, () => ({ newEmail: `${randomUUID()}@example.com` })),
    refused: { anonymous: unauthenticated },
  },
  requestEmailVerification: {
    make: on(operations.RequestEmailVerificationDocument, nothing),
    refused: { anonymous: unauthenticated },
  },
  requestPasswordReset: {
    make: on(operations.RequestPasswordResetDocument, () => ({ email: `${randomUUID()}@example.com` })),
    refused: {},
  },
  requestLoginCode: {
    make: on(operations.RequestLoginCodeDocument, () => ({ email: `${randomUUID()}@example.com` })),
    refused: {},
  },
  createApiToken: {
    make: on(operations.CreateApiTokenDocument, () => ({
      name: 'Nightly export',
      permissions: ['DOCUMENT_READ' as const],
    })),
    refused: { anonymous: unauthenticated },
  },
  assignRole: {
    make: on(operations.AssignRoleDocument, ({ ids }) => ({ userId: ids.stranger, role: 'MEMBER' as const })),
    refused: everyoneButAdmin,
  },
  withdrawRole: {
    make: on(operations.WithdrawRoleDocument, ({ ids }) => ({ userId: ids.stranger, role: 'EDITOR' as const })),
    refused: everyoneButAdmin,
  },
  suspendUser: { make: on(operations.SuspendUserDocument, aUser), refused: everyoneButAdmin },
  reinstateUser: { make: on(operations.ReinstateUserDocument, aUser), refused: everyoneButAdmin },
  deleteAccount: {
    make: on(operations.DeleteAccountDocument, aUser),
    refused: { anonymous: unauthenticated, stranger: forbiddenThere, member: forbiddenThere, editor: forbiddenThere },
  },
  createDocument: {
    make: on(operations.CreateDocumentDocument, () => ({ title: 'New', body: '' })),
    refused: { anonymous: unauthenticated },
  },
  updateDocument: {
    make: on(operations.UpdateDocumentDocument, async (house) => ({ ...(await aDocument(house)), title: 'Changed' })),
    refused: { anonymous: unauthenticated, stranger: forbiddenThere },
  },
  publishDocument: {
    make: on(operations.PublishDocumentDocument, aDocument),
    refused: { anonymous: unauthenticated, stranger: forbidden, member: forbidden },
  },
  deleteDocument: {
    make: on(operations.DeleteDocumentDocument, aDocument),
    refused: { anonymous: unauthenticated, stranger: forbiddenThere, editor: forbiddenThere },
  },
  shareDocument: {
    make: on(operations.ShareDocumentDocument, aShare),
    refused: { anonymous: unauthenticated, stranger: forbiddenThere, editor: forbiddenThere },
  },
  unshareDocument: {
    make: on(operations.UnshareDocumentDocument, aShare),
    refused: { anonymous: unauthenticated, stranger: forbiddenThere, editor: forbiddenThere },
  },
}

/** What changes who is signed in is held by sign-in.test.ts. */
const signIn = ['register', 'login', 'logout', 'changePassword', 'revokeSession']
/** Held by second-factors.test.ts: it takes an app. */
const secondFactors = [
  'completeSecondFactor',
  'reauthenticate',
  'beginTotpEnrollment',
  'confirmTotpEnrollment',
  'regenerateRecoveryCodes',
]
/** Held by email.test.ts. */
const email = ['verifyEmail', 'resetPassword', 'loginWithCode']
/** Held by passkeys.test.ts. */
const passkeys = [
  'beginPasskeyRegistration',
  'finishPasskeyRegistration',
  'beginPasskeyLogin',
  'finishPasskeyLogin',
  'removeAuthenticator',
]

/** Held by login-providers.test.ts. */
const providers = ['beginProviderLink', 'unlinkLoginProvider']

/** Asserts that an answer refuses the one root field, in the way that the place of the decision demands. */
function expectRefused(kind: string, name: string, answer: Answer<Json>, [code, decidedBy]: Refusal): void {
  expect(refusals(answer)).toEqual([[code, name]])
  // A mutation that the viewer alone decides is refused whole, before it runs.
  const isWhole = kind === 'mutation' && decidedBy === 'viewer'
  expect(answer.status).toBe(isWhole ? (code === 'FORBIDDEN' ? 403 : 401) : 200)
  expect(answer.body.data).toEqual(isWhole ? undefined : { [name]: null })
}

describe.each([
  { kind: 'query', operations: queries },
  { kind: 'mutation', operations: mutations },
])('each $kind', ({ kind, operations }) => {
  const cases = Object.entries(operations).flatMap(([name, { make, refused }]) =>
    everybody.map((person) => ({ name, person, make, refusal: refused[person] })),
  )
  const allowed = cases.filter(({ refusal }) => !refusal)
  const refused = cases.flatMap(({ refusal, ...rest }) => (refusal ? [{ ...rest, refusal }] : []))

  it.each(allowed)('$name is run for $person', async ({ make, name, person }) => {
    const answer = await house.as[person].execute<Json, Json>(...(await make(house)))
    expect(answer.body.errors).toBeUndefined()
    expect(answer.status).toBe(200)
    if (name === 'session' && person === 'anonymous') expect(answer.body.data).toEqual({ session: null })
    else expect(answer.body.data?.[name]).not.toBeNull()
  })

  it.each(refused)('$name is refused for $person, and writes nothing', async ({ make, name, person, refusal }) => {
    const operation = await make(house)
    const before = house.dump()
    expectRefused(kind, name, await house.as[person].execute<Json, Json>(...operation), refusal)
    expect(house.dump()).toEqual(before)
  })
})

describe('every operation of the schema', () => {
  it('is tested', () => {
    const schema = createExecutableSchema()
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).sort()).toEqual(Object.keys(queries).sort())
    const tested = [...Object.keys(mutations), ...signIn, ...email, ...passkeys, ...providers, ...secondFactors]
    expect(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort()).toEqual(tested.sort())
  })
})
