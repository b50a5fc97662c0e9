import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  AssignRoleDocument,
  ChangePasswordDocument,
  CreateApiTokenDocument,
  CreateDocumentDocument,
  DocumentDocument,
  DocumentsDocument,
  MeDocument,
  MySessionsDocument,
  type Permission,
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  SuspendUserDocument,
  UpdateDocumentDocument,
  UsersDocument,
  WithdrawRoleDocument,
} from '../support/__generated__/operations.ts'
import { createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse, strangersPassword } from '../support/house.ts'
import { createProgram, createToken } from '../support/program.ts'
import { startServer } from '../support/server.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const programWith = (token: string) => createProgram(house.server.url, token)

const whoAmI = '{ session { id current kind name permissions } me { id email roles } }'

describe('an API token', () => {
  it('authenticates by the header alone, and the answer sets no cookie', async () => {
    const { token, session } = await createToken(house.as.member)
    const answer = await programWith(token).execute(whoAmI)
    expect(dataOf(answer)).toEqual({
      session: { id: session.id, current: true, kind: 'API_TOKEN', name: 'Export', permissions: null },
      me: { id: house.ids.member, email: 'member@example.com', roles: ['MEMBER'] },
    })
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('alone counts beside a cookie, good or bad', async () => {
    const { token } = await createToken(house.as.member)
    const cookie = `session=${await house.as.editor.cookie('session')}`
    const answer = await programWith(token).execute('{ me { id } }', {}, { cookie })
    expect(answer.body.data).toEqual({ me: { id: house.ids.member } })
    const bad = await programWith(`${token}x`).execute('{ me { id } }', {}, { cookie })
    expect(refusals(bad)).toEqual([['UNAUTHENTICATED', 'me']])
    for (const { headers } of [answer, bad]) expect(headers.getSetCookie()).toEqual([])
  })

  it('is no cookie, and a cookie is no API token', async () => {
    const { token } = await createToken(house.as.member)
    const asCookie = await createClient(house.server.url).execute('{ me { id } }', {}, { cookie: `session=${token}` })
    expect(refusals(asCookie)).toEqual([['UNAUTHENTICATED', 'me']])
    const sessionToken = (await house.as.member.cookie('session')) ?? ''
    expect(refusals(await programWith(sessionToken).execute('{ me { id } }'))).toEqual([['UNAUTHENTICATED', 'me']])
  })

  it('is shown this once: nothing that is kept holds it', async () => {
    const { token } = await createToken(house.as.member)
    const [, , signature = ''] = token.split('.')
    expect(JSON.stringify(house.dump())).not.toContain(signature)
    const sessions = dataOf(await house.as.member.execute(MySessionsDocument))
    expect(JSON.stringify(sessions)).not.toContain(signature)
  })

  it('is listed among the sessions, and revoked by its user on the next request', async () => {
    const { token, session } = await createToken(house.as.member, ['DOCUMENT_READ'])
    const { me } = dataOf(await house.as.member.execute(MySessionsDocument))
    expect(me?.sessions).toContainEqual(
      expect.objectContaining({
        id: session.id,
        kind: 'API_TOKEN',
        name: 'Export',
        permissions: ['DOCUMENT_READ'],
        current: false,
      }),
    )
    expect(refusals(await house.as.stranger.execute(RevokeSessionDocument, { id: session.id }))).toEqual([
      ['NOT_FOUND', 'revokeSession'],
    ])
    dataOf(await programWith(token).execute('{ me { id } }'))
    dataOf(await house.as.member.execute(RevokeSessionDocument, { id: session.id }))
    expect(refusals(await programWith(token).execute('{ me { id } }'))).toEqual([['UNAUTHENTICATED', 'me']])
  })

  it('is refused for scopes that are not its user’s, and writes nothing', async () => {
    const before = house.dump()
    const answer = await house.as.member.execute(CreateApiTokenDocument, { name: 'x', permissions: ['USER_MANAGE'] })
    expect(refusals(answer)).toEqual([['BAD_USER_INPUT', 'createApiToken']])
    expect(answer.body.errors?.[0]?.extensions).toMatchObject({ argument: 'permissions' })
    expect(house.dump()).toEqual(before)
  })

  it('loses what its user loses, at once, and a scope that is left alone gives nothing back', async () => {
    const userId = house.ids.stranger
    dataOf(await house.as.admin.execute(AssignRoleDocument, { userId, role: 'ADMIN' }))
    const { token } = await createToken(house.as.stranger, ['USER_READ'])
    const all = await createToken(house.as.stranger)
    for (const one of [token, all.token]) dataOf(await programWith(one).execute(UsersDocument))
    dataOf(await house.as.admin.execute(WithdrawRoleDocument, { userId, role: 'ADMIN' }))
    for (const one of [token, all.token])
      expect(refusals(await programWith(one).execute(UsersDocument))).toEqual([['FORBIDDEN', 'users']])
  })

  it('leaves its session as it is when its user signs in or out beside it', async () => {
    const { token } = await createToken(house.as.stranger)
    const login = await programWith(token).execute(
      'mutation ($password: String!) { login(email: "stranger@example.com", password: $password) { __typename } logout }',
      { password: strangersPassword },
    )
    expect(login.headers.getSetCookie()).toEqual([])
    dataOf(await programWith(token).execute('{ me { id } }'))
  })

  it('ends with the other sessions, with a change of password, and with a suspension', async () => {
    const stranger = createClient(house.server.url)
    dataOf(await stranger.login('stranger@example.com', strangersPassword))
    const ended = async (token: string) => refusals(await programWith(token).execute('{ me { id } }'))
    const gone = [['UNAUTHENTICATED', 'me']]

    const first = await createToken(stranger)
    dataOf(await stranger.execute(RevokeOtherSessionsDocument))
    expect(await ended(first.token)).toEqual(gone)

    const second = await createToken(stranger)
    const newPassword = 'a wholly different sesame'
    dataOf(await stranger.execute(ChangePasswordDocument, { currentPassword: strangersPassword, newPassword }))
    expect(await ended(second.token)).toEqual(gone)

    const third = await createToken(stranger)
    dataOf(await house.as.admin.execute(SuspendUserDocument, { userId: house.ids.stranger }))
    expect(await ended(third.token)).toEqual(gone)
  })
})

describe('with the clock moved', () => {
  it('is made by who proved themselves within ten minutes alone', async () => {
    const clock = createSetClock()
    const { url } = await startServer({ clock })
    const client = createClient(url)
    dataOf(await client.login('member@example.com'))
    clock.advance(600)
    const { token } = await createToken(client)
    clock.advance(1)
    const answer = await client.execute(CreateApiTokenDocument, { name: 'x' })
    expect(refusals(answer)).toEqual([['REAUTHENTICATION_REQUIRED', 'createApiToken']])

    // Ninety days unless told otherwise, however little it is used.
    clock.advance(90 * 86_400 - 2)
    const program = createClient(url)
    const authorization = `Bearer ${token}`
    dataOf(await program.execute('{ me { id } }', {}, { authorization }))
    clock.advance(1)
    expect(refusals(await program.execute('{ me { id } }', {}, { authorization }))).toEqual([['UNAUTHENTICATED', 'me']])
  })
})

describe('the scopes of an API token', () => {
  it('allow what they name and its user may do, and nothing else', async () => {
    const { token } = await createToken(house.as.admin, ['DOCUMENT_CREATE', 'DOCUMENT_READ'])
    const program = programWith(token)
    const { createDocument } = dataOf(await program.execute(CreateDocumentDocument, { title: 'By program', body: '' }))
    const id = createDocument?.id ?? ''
    expect(dataOf(await program.execute(DocumentDocument, { id })).document?.title).toBe('By program')
    const before = house.dump()
    const change = await program.execute(UpdateDocumentDocument, { id, title: 'Changed' })
    expect(refusals(change)).toEqual([['FORBIDDEN', 'updateDocument']])
    expect(house.dump()).toEqual(before)
  })

  it('reach no further than what its user has access to, without the permission to read all', async () => {
    const id = await house.createDocument()
    const narrow = await createToken(house.as.admin, ['DOCUMENT_READ'])
    expect(refusals(await programWith(narrow.token).execute(DocumentDocument, { id }))).toEqual([
      ['FORBIDDEN', 'document'],
    ])
    const wide = await createToken(house.as.admin, ['DOCUMENT_READ', 'DOCUMENT_READ_ANY'])
    expect(dataOf(await programWith(wide.token).execute(DocumentDocument, { id })).document?.id).toBe(id)
  })

  it('narrow a list to what they allow', async () => {
    const id = await house.createDocument()
    const titles = async (permissions: Permission[]) => {
      const { token, session } = await createToken(house.as.admin, permissions)
      const { documents } = dataOf(await programWith(token).execute(DocumentsDocument, { first: 100 }))
      dataOf(await house.as.admin.execute(RevokeSessionDocument, { id: session.id }))
      return documents?.edges.map(({ node }) => node?.id) ?? []
    }
    expect(await titles([])).toEqual([])
    expect(await titles(['DOCUMENT_READ_ANY'])).toEqual([])
    const own = await titles(['DOCUMENT_READ'])
    expect(own.length).toBeGreaterThan(0)
    expect(own).not.toContain(id)
    expect(await titles(['DOCUMENT_READ', 'DOCUMENT_READ_ANY'])).toEqual(expect.arrayContaining([...own, id]))
  })

  it('none: leaves its user’s name, and not the address', async () => {
    const { token } = await createToken(house.as.member, [])
    const answer = await programWith(token).execute('{ me { name email roles } }')
    expect(answer.body.data).toMatchObject({ me: { name: expect.any(String), email: null, roles: null } })
    expect(refusals(answer)).toEqual([
      ['FORBIDDEN', 'me.email'],
      ['FORBIDDEN', 'me.roles'],
    ])
    const { token: scoped } = await createToken(house.as.member, ['ACCOUNT_READ'])
    const { me } = dataOf(await programWith(scoped).execute(MeDocument))
    expect(me).toMatchObject({ email: 'member@example.com', roles: ['MEMBER'] })
  })

  it('satisfy no rule that asks for a role', async () => {
    const all: Permission[] = ['USER_READ', 'USER_MANAGE', 'ROLE_ASSIGN', 'AUDIT_READ']
    const { token } = await createToken(house.as.admin, all)
    const query = '{ accessMatrix { rows { coordinate } } }'
    expect(refusals(await programWith(token).execute(query))).toEqual([['FORBIDDEN', 'accessMatrix']])
    const { token: unscoped } = await createToken(house.as.admin)
    dataOf(await programWith(unscoped).execute(query))
  })
})
