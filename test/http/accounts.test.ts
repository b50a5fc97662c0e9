import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  CreateDocumentDocument,
  CurrentSessionDocument,
  DeleteAccountDocument,
  DocumentDocument,
  MeDocument,
  RegisterDocument,
  ReinstateUserDocument,
  ShareDocumentDocument,
  SuspendUserDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse, strangersPassword as password } from '../support/house.ts'

const clock = createSetClock()
let house: House
beforeAll(async () => {
  house = await openHouse({ clock })
})
afterAll(() => house.close())

let count = 0
/** Somebody with a new account, signed in. */
async function openSomebody(role?: 'ADMIN'): Promise<{ client: Client; email: string; id: string }> {
  const client = createClient(house.server.url)
  const email = `somebody-${++count}@example.com`
  clock.advance(600)
  dataOf(await client.execute(RegisterDocument, { email, password, name: `Some ${count}` }))
  const id = dataOf(await client.execute(MeDocument)).me?.id ?? ''
  const { roles } = house.server.application.identity
  if (role) await roles.assign(id, role, null, clock.now())
  return { client, email, id }
}

const isSignedIn = async (client: Client) => dataOf(await client.execute(CurrentSessionDocument)).session !== null
const signInAdmin = async () => dataOf(await house.as.admin.login('admin@example.com'))

describe('suspendUser and reinstateUser', () => {
  it('end every session, shut the account and open it again', async () => {
    const { client, email, id } = await openSomebody()
    const other = createClient(house.server.url)
    dataOf(await other.login(email, password))
    const { suspendUser } = dataOf(await house.as.admin.execute(SuspendUserDocument, { userId: id }))
    expect(suspendUser).toEqual({ id, suspended: true, sessions: [] })
    expect(await isSignedIn(client)).toBe(false)
    expect(await client.cookie('session')).toBeUndefined()
    expect(await isSignedIn(other)).toBe(false)

    const fresh = createClient(house.server.url)
    const refused = await fresh.login(email, password)
    expect(refusals(refused)).toEqual([['INVALID_CREDENTIALS', 'login']])
    expect(refused.text).toBe((await fresh.login('nobody@example.com', password)).text)
    expect(await fresh.cookie('session')).toBeUndefined()

    const { reinstateUser } = dataOf(await house.as.admin.execute(ReinstateUserDocument, { userId: id }))
    expect(reinstateUser).toEqual({ id, suspended: false })
    expect(await isSignedIn(other)).toBe(false)
    clock.advance(600)
    dataOf(await fresh.login(email, password))
    expect(await isSignedIn(fresh)).toBe(true)
  })

  it('sign an administrator out who suspends themselves, while there is another', async () => {
    const { client, id } = await openSomebody('ADMIN')
    const answer = await client.execute('mutation ($id: ID!) { suspendUser(userId: $id) { id } }', { id })
    expect(dataOf(answer)).toEqual({ suspendUser: { id } })
    expect(await client.cookie('session')).toBeUndefined()
  })

  it('never lose the last ADMIN', async () => {
    await signInAdmin()
    const before = house.dump()
    const answer = await house.as.admin.execute(SuspendUserDocument, { userId: house.ids.admin })
    expect(refusals(answer)).toEqual([['CONFLICT', 'suspendUser']])
    expect(answer.body.data).toEqual({ suspendUser: null })
    expect(house.dump()).toEqual(before)
  })

  it('tell of a user who is not there', async () => {
    await signInAdmin()
    const before = house.dump()
    const { admin } = house.as
    expect(refusals(await admin.execute(SuspendUserDocument, { userId: 'nobody' }))).toEqual([
      ['NOT_FOUND', 'suspendUser'],
    ])
    expect(refusals(await admin.execute(ReinstateUserDocument, { userId: 'nobody' }))).toEqual([
      ['NOT_FOUND', 'reinstateUser'],
    ])
    expect(house.dump()).toEqual(before)
  })
})

describe('deleteAccount', () => {
  it('deletes one’s own account with its documents, clears the cookie, and frees the address', async () => {
    const { client, email, id } = await openSomebody()
    const { createDocument } = dataOf(await client.execute(CreateDocumentDocument, { title: 'Plan', body: 'A' }))
    const document = createDocument?.id ?? ''
    dataOf(
      await client.execute(ShareDocumentDocument, {
        id: document,
        with: { userId: house.ids.stranger },
        level: 'READ',
      }),
    )
    dataOf(await house.as.stranger.execute(DocumentDocument, { id: document }))
    const token = await client.cookie('session')

    expect(dataOf(await client.execute(DeleteAccountDocument, { userId: id }))).toEqual({ deleteAccount: true })
    expect(await client.cookie('session')).toBeUndefined()
    const replay = await client.execute(CurrentSessionDocument, {}, { cookie: `session=${token}` })
    expect(dataOf(replay)).toEqual({ session: null })
    await signInAdmin()
    const gone = await house.as.admin.execute(DocumentDocument, { id: document })
    expect(refusals(gone)).toEqual([['NOT_FOUND', 'document']])
    const dump = house.dump()
    for (const name of ['users', 'credentials', 'sessions', 'documents', 'access_grants', 'audit_origins', 'mails'])
      expect(JSON.stringify(dump[name]), name).not.toMatch(new RegExp(`${email}|${id}`))
    clock.advance(600)
    const again = createClient(house.server.url)
    dataOf(await again.execute(RegisterDocument, { email, password, name: 'Another' }))
    expect(dataOf(await again.execute(MeDocument)).me?.id).not.toBe(id)
  })

  it('deletes anybody’s for an administrator, who stays signed in', async () => {
    const { client, id } = await openSomebody()
    await signInAdmin()
    expect(dataOf(await house.as.admin.execute(DeleteAccountDocument, { userId: id }))).toEqual({ deleteAccount: true })
    expect(await isSignedIn(house.as.admin)).toBe(true)
    expect(await isSignedIn(client)).toBe(false)
    const gone = await house.as.admin.execute(DeleteAccountDocument, { userId: id })
    expect(refusals(gone)).toEqual([['NOT_FOUND', 'deleteAccount']])
  })

  it('needs a sign-in of the last ten minutes, of its owner and of an administrator', async () => {
    const { client, id } = await openSomebody()
    await signInAdmin()
    clock.advance(601)
    for (const browser of [client, house.as.admin]) {
      // Using the session moves its end on: before the comparison, not within it.
      dataOf(await browser.execute(CurrentSessionDocument))
      const before = house.dump()
      const answer = await browser.execute(DeleteAccountDocument, { userId: id })
      expect(refusals(answer)).toEqual([['REAUTHENTICATION_REQUIRED', 'deleteAccount']])
      expect(house.dump()).toEqual(before)
    }
  })

  it('tells nobody else whether an account is there', async () => {
    const { client } = await openSomebody()
    const before = house.dump()
    const foreign = await client.execute(DeleteAccountDocument, { userId: house.ids.member })
    expect(refusals(foreign)).toEqual([['FORBIDDEN', 'deleteAccount']])
    expect((await client.execute(DeleteAccountDocument, { userId: 'nobody' })).text).toBe(foreign.text)
    expect(house.dump()).toEqual(before)
  })

  it('never loses the last ADMIN, not even to themselves', async () => {
    await signInAdmin()
    const before = house.dump()
    const answer = await house.as.admin.execute(DeleteAccountDocument, { userId: house.ids.admin })
    expect(refusals(answer)).toEqual([['CONFLICT', 'deleteAccount']])
    expect(answer.body.data).toEqual({ deleteAccount: null })
    expect(house.dump()).toEqual(before)
    expect(await isSignedIn(house.as.admin)).toBe(true)
  })

  it('lets nothing be made by whoever is gone', async () => {
    const { client, id } = await openSomebody()
    const answer = await client.execute(
      'mutation ($id: ID!) { deleteAccount(userId: $id) createDocument(title: "After", body: "") { id } }',
      { id },
    )
    expect(answer.body.data).toEqual({ deleteAccount: true, createDocument: null })
    expect(refusals(answer)).toEqual([['UNAUTHENTICATED', 'createDocument']])
    expect(JSON.stringify(house.dump().documents)).not.toContain('After')
  })
})
