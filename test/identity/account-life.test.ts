import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withdrawRole } from '../../src/access/withdraw-role.ts'
import { createDocument } from '../../src/documents/create-document.ts'
import { ConflictError, NotFoundError } from '../../src/errors.ts'
import { createId } from '../../src/id.ts'
import { deleteAccount } from '../../src/identity/delete-account.ts'
import { exportPersonalData } from '../../src/identity/export-personal-data.ts'
import { reinstateUser } from '../../src/identity/reinstate-user.ts'
import { startSession } from '../../src/identity/start-session.ts'
import { suspendUser } from '../../src/identity/suspend-user.ts'
import type { User } from '../../src/identity/user.ts'
import { sessionOf } from '../contract/fixtures.ts'
import { client, openApplication, type TestApplication } from '../graphql/application.ts'
import { keepEverythingOf, secretTraces, traces } from '../support/whole-person.ts'

let app: TestApplication
beforeEach(async () => {
  app = await openApplication()
})
afterEach(() => app.close())

const identity = () => app.application.identity
const origin = () => ({ actorId: app.people.admin.id, ipAddress: '203.0.113.7', userAgent: 'Vitest' })
const live = (user: User) => app.stores.sessions.listByUser(user.id, app.clock.now())
const trail = async () => (await app.auditTrail()).map(({ id: _id, occurredAt: _at, ...event }) => event)

/** A browser and an API token of a user. */
async function signIn(user: User): Promise<string[]> {
  const { session } = await startSession(identity(), { user, methods: ['PASSWORD'], replaces: null }, client)
  const now = app.clock.now()
  const endsAt = new Date(now.getTime() + 1000)
  const times = { createdAt: now, authenticatedAt: now, lastUsedAt: now, expiresAt: endsAt, endsAt }
  const token = sessionOf(createId(), user.id, { ...times, kind: 'API_TOKEN', name: 'Deploy' })
  await app.stores.sessions.create(token)
  return [session.id, token.id]
}

/** Every row there is, by table. */
async function dump(): Promise<Record<string, Record<string, unknown>[]>> {
  const rows: Record<string, Record<string, unknown>[]> = {}
  for (const [name, table] of Object.entries(app.database.tables))
    rows[name] = await app.database.db.select().from(table)
  return rows
}

describe('suspendUser()', () => {
  it('suspends the user, ends every session of theirs, and records all of it', async () => {
    const { member, stranger } = app.people
    const ids = await signIn(member)
    await signIn(stranger)
    expect(await suspendUser(identity(), member.id, origin())).toEqual({ ...member, suspended: true })
    expect(await live(member)).toEqual([])
    expect(await live(stranger)).toHaveLength(2)
    const ended = { action: 'SESSION_REVOKED', detail: 'suspended', ...origin() }
    const [first, ...others] = await trail()
    expect(first).toEqual({
      action: 'USER_SUSPENDED',
      subject: { type: 'User', id: member.id },
      detail: null,
      ...origin(),
    })
    expect(others).toHaveLength(2)
    expect(others).toEqual(expect.arrayContaining(ids.map((id) => ({ ...ended, subject: { type: 'Session', id } }))))
  })

  it('changes and records nothing when the user is suspended', async () => {
    await suspendUser(identity(), app.people.member.id, origin())
    const before = await dump()
    app.clock.advance(60)
    expect(await suspendUser(identity(), app.people.member.id, origin())).toMatchObject({ suspended: true })
    expect(await dump()).toEqual(before)
  })

  it('refuses an unknown user and writes nothing', async () => {
    const before = await dump()
    await expect(suspendUser(identity(), createId(), origin())).rejects.toThrow(NotFoundError)
    expect(await dump()).toEqual(before)
  })

  it('refuses the last ADMIN, whose sessions go on, and writes nothing', async () => {
    await signIn(app.people.admin)
    const before = await dump()
    const refusal = new ConflictError('The last ADMIN cannot be suspended: assign the role to somebody else first')
    await expect(suspendUser(identity(), app.people.admin.id, origin())).rejects.toThrow(refusal)
    expect(await dump()).toEqual(before)
    await app.addUser('second', ['ADMIN'])
    expect(await suspendUser(identity(), app.people.admin.id, origin())).toMatchObject({ suspended: true })
  })

  it('counts no ADMIN who is suspended', async () => {
    const second = await app.addUser('second', ['ADMIN'])
    await suspendUser(identity(), second.id, origin())
    await expect(suspendUser(identity(), app.people.admin.id, origin())).rejects.toThrow(ConflictError)
  })

  it('records once what twenty ask for at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => suspendUser(identity(), app.people.member.id, origin())))
    expect(await trail()).toHaveLength(1)
  })

  it('suspends nobody when it cannot be recorded', async () => {
    const before = await dump()
    const audit = { ...app.stores.audit, append: () => Promise.reject(new Error('disk full')) }
    const attempt = suspendUser({ ...identity(), audit }, app.people.member.id, origin())
    await expect(attempt).rejects.toThrow('disk full')
    expect(await dump()).toEqual(before)
  })
})

describe('reinstateUser()', () => {
  it('lets the user sign in again, records it, and leaves their sessions ended', async () => {
    const { member } = app.people
    await signIn(member)
    await suspendUser(identity(), member.id, origin())
    expect(await reinstateUser(identity(), member.id, origin())).toEqual(member)
    expect(await live(member)).toEqual([])
    expect((await trail()).at(-1)).toEqual({
      action: 'USER_REINSTATED',
      subject: { type: 'User', id: member.id },
      detail: null,
      ...origin(),
    })
  })

  it('is not for whoever is suspended, by a request of theirs that was under way', async () => {
    const second = await app.addUser('second', ['ADMIN'])
    await suspendUser(identity(), second.id, origin())
    const before = await dump()
    const late = reinstateUser(identity(), second.id, { ...origin(), actorId: second.id })
    await expect(late).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await dump()).toEqual(before)
  })

  it('changes and records nothing when the user is not suspended', async () => {
    const before = await dump()
    expect(await reinstateUser(identity(), app.people.member.id, origin())).toEqual(app.people.member)
    expect(await dump()).toEqual(before)
  })

  it('refuses an unknown user and writes nothing', async () => {
    const before = await dump()
    await expect(reinstateUser(identity(), createId(), origin())).rejects.toThrow(NotFoundError)
    expect(await dump()).toEqual(before)
  })
})

describe('deleteAccount()', () => {
  /** Tables that hold nothing of a person: keys, and counters under an HMAC that nobody reads back. */
  const impersonal = ['signingKeys', 'throttleCounters']

  it('leaves nothing of the person but their id in the audit log', async () => {
    const { member, stranger } = app.people
    await signIn(member)
    await keepEverythingOf(app.stores, member, stranger, app.clock.now())
    const marks = [member.id, member.email, member.name, ...Object.values(traces), ...Object.values(secretTraces)]
    const marked = (rows: unknown[]) =>
      rows.filter((row) => marks.some((mark) => JSON.stringify(row).includes(`"${mark}"`)))

    // A table that is new stands in neither list: think about what it keeps of people.
    const before = await dump()
    const personal = Object.keys(before).filter((name) => !impersonal.includes(name))
    for (const name of personal)
      expect(marked(before[name] ?? []), `${name} keeps something of a person`).not.toEqual([])

    await deleteAccount(identity(), member.id, { ...origin(), actorId: member.id })
    const { auditEvents = [], ...others } = await dump()
    expect(Object.values(others).flatMap(marked)).toEqual([])
    for (const event of marked(auditEvents)) {
      const { actorId, subjectId, ...rest } = event as Record<string, unknown>
      expect([actorId, subjectId]).toContain(member.id)
      expect(marked([rest])).toEqual([])
    }
    // What others have stays, and what they did stays theirs.
    expect(others.documents).toHaveLength(1)
    expect(others.accessGrants).toMatchObject([{ granteeKind: 'EVERYONE', grantedBy: null }])
    expect(others.roleAssignments).toContainEqual(expect.objectContaining({ userId: stranger.id, assignedBy: null }))
    expect(others.auditOrigins).toMatchObject([{ ipAddress: '203.0.113.50', userAgent: 'Friend/1.0' }])
  })

  it('records the deletion and that of each document, and where an administrator did it from', async () => {
    const { member, stranger } = app.people
    await keepEverythingOf(app.stores, member, stranger, app.clock.now())
    await deleteAccount(identity(), member.id, origin())
    const events = (await trail()).slice(-2)
    expect(events).toEqual([
      {
        action: 'DOCUMENT_DELETED',
        subject: { type: 'Document', id: expect.any(String) },
        detail: 'with the account of its owner',
        ...origin(),
      },
      { action: 'ACCOUNT_DELETED', subject: { type: 'User', id: member.id }, detail: null, ...origin() },
    ])
  })

  it('does not keep where somebody deleted their own account from', async () => {
    const { member } = app.people
    await deleteAccount(identity(), member.id, { ...origin(), actorId: member.id })
    expect((await trail()).at(-1)).toMatchObject({ actorId: member.id, ipAddress: null, userAgent: null })
  })

  it('leaves grants to an address that its account never proved to have', async () => {
    const unproved = await app.addUser('victim', ['MEMBER'], false)
    await keepEverythingOf(app.stores, unproved, app.people.stranger, app.clock.now())
    await deleteAccount(identity(), unproved.id, origin())
    const { accessGrants } = await dump()
    expect(accessGrants?.map(({ granteeKey }) => granteeKey).sort()).toEqual(['*', 'victim@example.com'])
  })

  it('refuses an unknown user and writes nothing', async () => {
    const before = await dump()
    await expect(deleteAccount(identity(), createId(), origin())).rejects.toThrow(NotFoundError)
    expect(await dump()).toEqual(before)
  })

  it('refuses the last ADMIN and leaves every row in its place', async () => {
    const { admin, stranger } = app.people
    await keepEverythingOf(app.stores, admin, stranger, app.clock.now())
    const before = await dump()
    const refusal = new ConflictError('The last ADMIN cannot be deleted: assign the role to somebody else first')
    await expect(deleteAccount(identity(), admin.id, origin())).rejects.toThrow(refusal)
    expect(await dump()).toEqual(before)
    await app.addUser('second', ['ADMIN'])
    await deleteAccount(identity(), admin.id, origin())
    expect(await app.stores.users.find(admin.id)).toBeNull()
  })

  it('deletes once when twenty ask for it at once', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => deleteAccount(identity(), app.people.member.id, origin())),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await trail()).toHaveLength(1)
  })

  it('deletes nothing when it cannot be recorded', async () => {
    await keepEverythingOf(app.stores, app.people.member, app.people.stranger, app.clock.now())
    const before = await dump()
    const audit = { ...app.stores.audit, append: () => Promise.reject(new Error('disk full')) }
    const attempt = deleteAccount({ ...identity(), audit }, app.people.member.id, origin())
    await expect(attempt).rejects.toThrow('disk full')
    expect(await dump()).toEqual(before)
  })
})

describe('the last ADMIN', () => {
  it.each([0, 1, 2])('is left when twenty are withdrawn, suspended and deleted at once (mix %i)', async (shift) => {
    const others = await Promise.all(Array.from({ length: 19 }, (_, index) => app.addUser(`admin-${index}`, ['ADMIN'])))
    const ways = [
      ({ id }: User) => withdrawRole(app.application.access, { userId: id, role: 'ADMIN' }, origin()),
      ({ id }: User) => suspendUser(identity(), id, origin()),
      ({ id }: User) => deleteAccount(identity(), id, origin()),
    ]
    const outcomes = await Promise.allSettled(
      [app.people.admin, ...others].map((user, index) => ways[(index + shift) % ways.length]?.(user)),
    )
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(refusals).toEqual([expect.any(ConflictError)])
    expect(await app.stores.roles.countActiveHolders('ADMIN')).toBe(1)
  })

  it('is left when one and the same is withdrawn, suspended and deleted at once', async () => {
    const { admin } = app.people
    const outcomes = await Promise.allSettled([
      withdrawRole(app.application.access, { userId: admin.id, role: 'ADMIN' }, origin()),
      suspendUser(identity(), admin.id, origin()),
      deleteAccount(identity(), admin.id, origin()),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await app.stores.users.find(admin.id)).toEqual(admin)
    expect(await trail()).toEqual([])
  })
})

describe('exportPersonalData()', () => {
  it('gives all that is kept of the user in any domain, and no secret', async () => {
    const { member, stranger } = app.people
    await keepEverythingOf(app.stores, member, stranger, app.clock.now())
    const text = JSON.stringify(await exportPersonalData(identity(), member.id, origin()))
    for (const trace of [member.id, member.email, member.name, ...Object.values(traces)]) expect(text).toContain(trace)
    for (const secret of Object.values(secretTraces)) expect(text).not.toContain(secret)
  })

  it('tells of what others did to the account neither who nor from where', async () => {
    const { member, stranger } = app.people
    await keepEverythingOf(app.stores, member, stranger, app.clock.now())
    const { auditEvents } = await exportPersonalData(identity(), member.id, origin())
    const text = JSON.stringify(auditEvents)
    expect(text).toContain('ROLE_ASSIGNED')
    for (const foreign of [stranger.id, '203.0.113.50', 'Friend/1.0', origin().actorId, origin().ipAddress])
      expect(text).not.toContain(foreign)
  })

  it('gives every document and every event, however many there are', async () => {
    const { member } = app.people
    const own = { actorId: member.id, ipAddress: null, userAgent: null }
    for (let index = 0; index < 203; index++)
      await createDocument(app.application.documents, { ownerId: member.id, title: `Plan ${index}`, body: '' }, own)
    const { documents, auditEvents } = await exportPersonalData(identity(), member.id, origin())
    expect(documents).toHaveLength(203)
    expect(auditEvents).toHaveLength(204)
  })

  it('is recorded', async () => {
    const { id } = app.people.member
    await exportPersonalData(identity(), id, origin())
    expect(await trail()).toEqual([
      { action: 'PERSONAL_DATA_EXPORTED', subject: { type: 'User', id }, detail: null, ...origin() },
    ])
  })

  it('refuses an unknown user and writes nothing', async () => {
    const before = await dump()
    await expect(exportPersonalData(identity(), createId(), origin())).rejects.toThrow(NotFoundError)
    expect(await dump()).toEqual(before)
  })
})
