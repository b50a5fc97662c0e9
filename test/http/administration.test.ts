import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  AssignRoleDocument,
  AuditEventsDocument,
  CurrentSessionDocument,
  MySessionsDocument,
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  UserDetailsDocument,
  UsersDocument,
  WithdrawRoleDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'

const clock = createSetClock()
let house: House
beforeAll(async () => {
  house = await openHouse({ clock })
})
afterAll(() => house.close())

async function openMember(): Promise<{ client: Client; id: string }> {
  const client = createClient(house.server.url)
  dataOf(await client.login('member@example.com'))
  const { session } = dataOf(await client.execute(CurrentSessionDocument))
  return { client, id: session?.id ?? '' }
}

const isSignedIn = async (client: Client) => dataOf(await client.execute(CurrentSessionDocument)).session !== null

describe('revokeSession', () => {
  it('ends another session of one’s own, which is on the list until then', async () => {
    const { client, id } = await openMember()
    const list = async () => dataOf(await house.as.member.execute(MySessionsDocument)).me?.sessions?.map((s) => s.id)
    expect(await list()).toContain(id)
    expect(dataOf(await house.as.member.execute(RevokeSessionDocument, { id }))).toEqual({ revokeSession: true })
    expect(await list()).not.toContain(id)
    expect(await isSignedIn(client)).toBe(false)
  })

  it('ends one’s own session and clears its cookie', async () => {
    const { client, id } = await openMember()
    expect(dataOf(await client.execute(RevokeSessionDocument, { id }))).toEqual({ revokeSession: true })
    expect(await client.cookie('session')).toBeUndefined()
  })

  it('ends anybody’s for an administrator', async () => {
    const { client, id } = await openMember()
    expect(dataOf(await house.as.admin.execute(RevokeSessionDocument, { id }))).toEqual({ revokeSession: true })
    expect(await isSignedIn(client)).toBe(false)
  })

  it.each(['stranger', 'editor'] as const)('tells %s of a foreign session what it tells of none', async (person) => {
    const { client, id } = await openMember()
    const before = house.dump()
    const foreign = await house.as[person].execute(RevokeSessionDocument, { id })
    expect(refusals(foreign)).toEqual([['NOT_FOUND', 'revokeSession']])
    expect(foreign.body.data).toEqual({ revokeSession: null })
    expect((await house.as[person].execute(RevokeSessionDocument, { id: 'none' })).text).toBe(foreign.text)
    expect(house.dump()).toEqual(before)
    expect(await isSignedIn(client)).toBe(true)
  })

  it('is refused to strangers', async () => {
    const { id } = await openMember()
    const before = house.dump()
    const answer = await house.as.anonymous.execute(RevokeSessionDocument, { id })
    expect(answer.status).toBe(401)
    expect(refusals(answer)).toEqual([['UNAUTHENTICATED', 'revokeSession']])
    expect(house.dump()).toEqual(before)
  })
})

describe('revokeOtherSessions', () => {
  it('ends all of one’s own but this one, and nobody else’s', async () => {
    const [one, other] = [await openMember(), await openMember()]
    const { revokeOtherSessions } = dataOf(await one.client.execute(RevokeOtherSessionsDocument))
    expect(revokeOtherSessions).toBeGreaterThanOrEqual(1)
    expect(await isSignedIn(one.client)).toBe(true)
    expect(await isSignedIn(other.client)).toBe(false)
    expect(await isSignedIn(house.as.editor)).toBe(true)
    dataOf(await house.as.member.login('member@example.com'))
  })
})

describe('assignRole and withdrawRole', () => {
  it('change what a user may do, from the next request on', async () => {
    const change = { userId: house.ids.stranger, role: 'ADMIN' as const }
    const { assignRole } = dataOf(await house.as.admin.execute(AssignRoleDocument, change))
    expect(assignRole?.roles?.toSorted()).toEqual(['ADMIN', 'MEMBER'])
    dataOf(await house.as.stranger.execute(UsersDocument))
    dataOf(await house.as.admin.execute(WithdrawRoleDocument, change))
    expect(refusals(await house.as.stranger.execute(UsersDocument))).toEqual([['FORBIDDEN', 'users']])
  })

  it('never lose the last ADMIN', async () => {
    const before = house.dump()
    const change = { userId: house.ids.admin, role: 'ADMIN' as const }
    const answer = await house.as.admin.execute(WithdrawRoleDocument, change)
    expect(refusals(answer)).toEqual([['CONFLICT', 'withdrawRole']])
    expect(answer.body.data).toEqual({ withdrawRole: null })
    expect(house.dump()).toEqual(before)
  })

  it('tell of a user who is not there', async () => {
    const before = house.dump()
    const change = { userId: 'nobody', role: 'EDITOR' as const }
    const { admin } = house.as
    expect(refusals(await admin.execute(AssignRoleDocument, change))).toEqual([['NOT_FOUND', 'assignRole']])
    expect(refusals(await admin.execute(WithdrawRoleDocument, change))).toEqual([['NOT_FOUND', 'withdrawRole']])
    expect(house.dump()).toEqual(before)
  })

  it('need a sign-in of the last hour', async () => {
    clock.advance(3601)
    // Using the session moves its end on: before the comparison, not within it.
    dataOf(await house.as.admin.execute(CurrentSessionDocument))
    const before = house.dump()
    const change = { userId: house.ids.stranger, role: 'EDITOR' as const }
    const answer = await house.as.admin.execute(AssignRoleDocument, change)
    expect(answer.status).toBe(401)
    expect(refusals(answer)).toEqual([['REAUTHENTICATION_REQUIRED', 'assignRole']])
    expect(house.dump()).toEqual(before)
    dataOf(await house.as.admin.login('admin@example.com'))
    dataOf(await house.as.admin.execute(AssignRoleDocument, change))
    dataOf(await house.as.admin.execute(WithdrawRoleDocument, change))
  })
})

describe('a user', () => {
  it('shows their private fields to themselves and to an administrator', async () => {
    const id = house.ids.member
    const mine = await house.as.member.execute(UserDetailsDocument, { id })
    expect(mine.body.data?.user).toMatchObject({ email: 'member@example.com', roles: ['MEMBER'], suspended: null })
    expect(refusals(mine)).toEqual([['FORBIDDEN', 'user.suspended']])
    const { user } = dataOf(await house.as.admin.execute(UserDetailsDocument, { id }))
    expect(user).toMatchObject({ email: 'member@example.com', emailVerified: true, suspended: false })
    expect(user?.sessions?.length).toBeGreaterThan(0)
  })

  it('shows a name and no more to everybody else', async () => {
    const answer = await house.as.editor.execute(UserDetailsDocument, { id: house.ids.member })
    const hidden = ['email', 'emailVerified', 'roles', 'suspended', 'sessions']
    expect(answer.body.data?.user).toMatchObject({
      name: 'Max Member',
      ...Object.fromEntries(hidden.map((name) => [name, null])),
    })
    expect(refusals(answer).sort()).toEqual(hidden.map((name) => ['FORBIDDEN', `user.${name}`]).sort())
  })
})

describe('the permissions of a user', () => {
  const query = 'query ($id: ID!) { user(id: $id) { permissions } }'
  const own = ['ACCOUNT_READ', 'DOCUMENT_READ', 'DOCUMENT_WRITE', 'DOCUMENT_CREATE']

  it('are what their roles grant, for themselves and for an administrator', async () => {
    const ask = async (as: 'member' | 'editor' | 'admin', id: string) => {
      const { user } = dataOf(await house.as[as].execute<{ user: { permissions: string[] } }>(query, { id }))
      return user.permissions.toSorted()
    }
    expect(await ask('member', house.ids.member)).toEqual(own.toSorted())
    const editors = [...own, 'DOCUMENT_READ_ANY', 'DOCUMENT_PUBLISH'].toSorted()
    expect(await ask('editor', house.ids.editor)).toEqual(editors)
    expect(await ask('admin', house.ids.editor)).toEqual(editors)
    expect(await ask('admin', house.ids.admin)).toContain('ROLE_ASSIGN')
  })

  it('are nobody else’s to know', async () => {
    const answer = await house.as.editor.execute(query, { id: house.ids.member })
    expect(answer.body.data).toEqual({ user: { permissions: null } })
    expect(refusals(answer)).toEqual([['FORBIDDEN', 'user.permissions']])
  })
})

describe('users', () => {
  it('are found by a part of name or address, page by page', async () => {
    const find = async (variables: { search?: string; first?: number; after?: string | null }) =>
      dataOf(await house.as.admin.execute(UsersDocument, variables)).users
    expect((await find({ search: 'MEMBER@' }))?.edges.map(({ node }) => node?.name)).toEqual(['Max Member'])
    expect(await find({ search: '%' })).toMatchObject({ edges: [], totalCount: 0 })
    const first = await find({ first: 3 })
    expect(first).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } })
    const rest = await find({ first: 3, after: first?.pageInfo.endCursor ?? null })
    expect(rest?.edges.map(({ node }) => node?.email)).toEqual(['stranger@example.com'])
  })

  it.each([
    ['search', { search: 'x'.repeat(201) }],
    ['search', { search: '%'.repeat(60_000) }],
    ['first', { first: 101 }],
    ['first', { first: 0 }],
    ['after', { after: 'nowhere' }],
  ])('name %s when it will not do', async (argument, variables) => {
    const answer = await house.as.admin.execute(UsersDocument, variables)
    expect(refusals(answer)).toEqual([['BAD_USER_INPUT', 'users']])
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument })
    expect(answer.text.length).toBeLessThan(1000)
  })

  it.each(['x'.repeat(200), '\u0000', '\\', '_', '%_\\', "'", '\ud800'])('can be searched for %j', async (search) => {
    dataOf(await house.as.admin.execute(UsersDocument, { search }))
  })
})

describe('auditEvents', () => {
  it('tell who did what to whom, newest first', async () => {
    const { admin, stranger } = house.ids
    const filter = { subjectId: stranger, actions: ['ROLE_ASSIGNED' as const, 'ROLE_WITHDRAWN' as const] }
    const { auditEvents } = dataOf(await house.as.admin.execute(AuditEventsDocument, { filter }))
    const events = auditEvents?.edges.map(({ node }) => [node?.action, node?.detail]) ?? []
    expect(events).toEqual([
      ['ROLE_WITHDRAWN', 'EDITOR'],
      ['ROLE_ASSIGNED', 'EDITOR'],
      ['ROLE_WITHDRAWN', 'ADMIN'],
      ['ROLE_ASSIGNED', 'ADMIN'],
    ])
    expect(auditEvents?.edges[0]?.node).toMatchObject({
      actorId: admin,
      actor: { name: 'Ada Admin' },
      subjectType: 'User',
      ipAddress: '127.0.0.1',
    })
  })
})
