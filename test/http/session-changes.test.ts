import { describe, expect, it } from 'vitest'
import { assignRole } from '../../src/access/assign-role.ts'
import { withdrawRole } from '../../src/access/withdraw-role.ts'
import type { Origin } from '../../src/audit/audit-event.ts'
import { deleteAccount } from '../../src/identity/delete-account.ts'
import { reinstateUser } from '../../src/identity/reinstate-user.ts'
import { reloadKeys } from '../../src/identity/reload-keys.ts'
import { rotateKeys } from '../../src/identity/rotate-keys.ts'
import { suspendUser } from '../../src/identity/suspend-user.ts'
import { resetSecondFactor } from '../../src/identity/totp/reset-second-factor.ts'
import {
  ChangeEmailDocument,
  ChangePasswordDocument,
  CompleteSecondFactorDocument,
  CurrentSessionDocument,
  DeleteAccountDocument,
  LogoutDocument,
  MyAuthenticatorsDocument,
  ReauthenticateDocument,
  RegenerateRecoveryCodesDocument,
  RemoveAuthenticatorDocument,
  ResetPasswordDocument,
  RevokeOtherSessionsDocument,
  UpdateProfileDocument,
  VerifyEmailDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient } from '../support/client.ts'
import { dataOf, strangersPassword as password } from '../support/house.ts'
import { openPerson, type Person, useSurroundings } from '../support/person.ts'
import { createProgram, createToken } from '../support/program.ts'

const publicUrl = 'http://localhost:4000'
const newPassword = 'another horse battery staple'
const surroundings = useSurroundings(publicUrl)

const operator: Origin = { actorId: null, ipAddress: null, userAgent: 'command line' }
const identity = () => surroundings().server.application.identity
const access = () => surroundings().server.application.access

/** Where its user may be signed in still, once something has changed. */
interface Standing {
  /** The browser that the change was made in. */
  here: boolean
  /** The cookie that this browser had before, in somebody else's hands. */
  copy: boolean
  /** Another browser. */
  there: boolean
  /** An API token. */
  program: boolean
}

const all: Standing = { here: true, copy: true, there: true, program: true }
const none: Standing = { here: false, copy: false, there: false, program: false }
const onlyHere: Standing = { ...none, here: true }
/** The browser goes on under another session; no other is touched. */
const renewed: Standing = { ...all, copy: false }

const authenticatorOf = async ({ client }: Person) =>
  dataOf(await client.execute(MyAuthenticatorsDocument)).me?.authenticators?.[0]?.id ?? ''

const changes: [what: string, change: (person: Person) => Promise<unknown>, standing: Standing][] = [
  ['a new name', ({ client }) => client.execute(UpdateProfileDocument, { name: 'Some Body Else' }), all],
  [
    'a new password',
    ({ client }) => client.execute(ChangePasswordDocument, { currentPassword: password, newPassword }),
    onlyHere,
  ],
  [
    'a new password that could not be',
    ({ client }) => client.execute(ChangePasswordDocument, { currentPassword: 'wrong', newPassword }),
    all,
  ],
  [
    'a reset of the password',
    async ({ open, requestReset }) =>
      open().execute(ResetPasswordDocument, { token: await requestReset(), newPassword }),
    none,
  ],
  ['a request for a reset that nobody followed', async ({ requestReset }) => requestReset(), all],
  [
    'a new address',
    async ({ client, email, mailed }) => {
      const token = await mailed(() => client.execute(ChangeEmailDocument, { newEmail: `new-${email}` }))
      return client.execute(VerifyEmailDocument, { token })
    },
    all,
  ],
  ['an app that was set up', ({ enroll }) => enroll(), all],
  [
    'an app that was taken away',
    async (person) => {
      await person.enroll()
      return person.client.execute(RemoveAuthenticatorDocument, { id: await authenticatorOf(person) })
    },
    all,
  ],
  [
    'new recovery codes',
    async ({ client, enroll }) => {
      await enroll()
      return client.execute(RegenerateRecoveryCodesDocument)
    },
    all,
  ],
  [
    'a second factor that an operator reset',
    async ({ id, enroll }) => {
      await enroll()
      return resetSecondFactor(identity(), id, operator)
    },
    none,
  ],
  ['a passkey that was added', ({ registerPasskey }) => registerPasskey(), all],
  [
    'a passkey that was removed',
    async ({ client, registerPasskey }) => client.execute(RemoveAuthenticatorDocument, { id: await registerPasskey() }),
    all,
  ],
  ['a step-up', ({ client }) => client.execute(ReauthenticateDocument, { password }), renewed],
  ['another sign-in, by password', ({ client, email }) => client.login(email, password), renewed],
  [
    'another sign-in, by a provider',
    async ({ client, visitProvider, comeBack }) => comeBack(client, await visitProvider(client)),
    renewed,
  ],
  [
    'another sign-in, by a passkey',
    async (person) => {
      await person.registerPasskey()
      return person.signInByPasskey(person.client)
    },
    renewed,
  ],
  [
    'the first factor, without the second',
    async ({ client, enroll, proveFirst }) => {
      await enroll()
      return proveFirst(client)
    },
    all,
  ],
  [
    'both factors',
    async ({ client, enroll, proveFirst, code }) => {
      await enroll()
      const challenge = await proveFirst(client)
      return client.execute(CompleteSecondFactorDocument, { challenge, code: code() })
    },
    renewed,
  ],
  ['a role that was assigned', ({ id }) => assignRole(access(), { userId: id, role: 'EDITOR' }, operator), all],
  ['a role that was withdrawn', ({ id }) => withdrawRole(access(), { userId: id, role: 'MEMBER' }, operator), all],
  ['a suspension', ({ id }) => suspendUser(identity(), id, operator), none],
  [
    'a suspension that is over',
    async ({ id }) => {
      await suspendUser(identity(), id, operator)
      return reinstateUser(identity(), id, operator)
    },
    none,
  ],
  ['a sign-out', ({ client }) => client.execute(LogoutDocument), { ...all, here: false, copy: false }],
  [
    'a sign-out everywhere else',
    ({ client }) => client.execute(RevokeOtherSessionsDocument),
    { ...none, here: true, copy: true },
  ],
  ['the deletion of the account', ({ client, id }) => client.execute(DeleteAccountDocument, { userId: id }), none],
  ['the deletion of the account, by an operator', ({ id }) => deleteAccount(identity(), id, operator), none],
  [
    'a new key',
    async () => {
      await rotateKeys(identity(), { algorithm: 'ES256', emergency: false }, operator)
      surroundings().clock.advance(30)
      return reloadKeys(identity())
    },
    all,
  ],
  [
    'a key in the wrong hands',
    async () => {
      await rotateKeys(identity(), { algorithm: 'HS256', emergency: true }, operator)
      return reloadKeys(identity())
    },
    none,
  ],
]

describe('a user is signed in', () => {
  it.each(changes)('where they should be after %s', async (_, change, standing) => {
    const { server, clock } = surroundings()
    clock.advance(3600)
    const person = await openPerson(surroundings(), `person-${clock.now().getTime()}@example.com`)
    const there = person.open()
    dataOf(await there.login(person.email, person.password))
    const program = createProgram(server.url, (await createToken(person.client)).token)
    const copy = `session=${await person.client.cookie('session')}`
    await change(person)

    // Whoever has lost a role may not see all of it: that there is one is what counts.
    const isSignedIn = async (by: Pick<Client, 'execute'>, headers?: Record<string, string>) =>
      Boolean((await by.execute(CurrentSessionDocument, {}, headers)).body.data?.session)
    const now = {
      here: await isSignedIn(person.client),
      copy: await isSignedIn(createClient(server.url), { cookie: copy }),
      there: await isSignedIn(there),
      program: await isSignedIn(program),
    }
    expect(now).toEqual(standing)
    // What is over stays so, when a browser's late answers are no longer waited for, and is told to drop its cookie.
    if (!standing.copy) {
      clock.advance(61)
      const late = await createClient(server.url).execute(CurrentSessionDocument, {}, { cookie: copy })
      expect(dataOf(late).session).toBeNull()
      expect(late.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=; Max-Age=0/)])
    }
  })
})
