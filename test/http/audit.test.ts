import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  AssignRoleDocument,
  AuditEventsDocument,
  ChangePasswordDocument,
  CreateDocumentDocument,
  DeleteDocumentDocument,
  LoginDocument,
  LogoutDocument,
  PublishDocumentDocument,
  RegisterDocument,
  RevokeOtherSessionsDocument,
  ShareDocumentDocument,
  UnshareDocumentDocument,
  UpdateDocumentDocument,
  UpdateProfileDocument,
  WithdrawRoleDocument,
} from '../support/__generated__/operations.ts'
import { createClient, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse, strangersPassword } from '../support/house.ts'

async function open(): Promise<House> {
  const house = await openHouse()
  onTestFinished(house.close)
  return house
}

describe('the audit log', () => {
  it('tells who did what, to what and from where, in order', async () => {
    const { as, ids, server } = await open()
    const from = new Date().toISOString()
    const { stranger, admin } = as
    await createClient(server.url).execute(LoginDocument, { email: 'stranger@example.com', password: 'wrong' })
    dataOf(await stranger.execute(UpdateProfileDocument, { name: 'Sam' }))
    const title = { title: 'Diary', body: '' }
    const id = dataOf(await stranger.execute(CreateDocumentDocument, title)).createDocument?.id ?? ''
    dataOf(await stranger.execute(UpdateDocumentDocument, { id, title: 'Log' }))
    dataOf(await stranger.execute(ShareDocumentDocument, { id, with: { email: 'guest@example.com' }, level: 'READ' }))
    dataOf(await stranger.execute(UnshareDocumentDocument, { id, with: { email: 'guest@example.com' } }))
    dataOf(await admin.execute(PublishDocumentDocument, { id }))
    dataOf(await admin.execute(DeleteDocumentDocument, { id }))
    dataOf(await admin.execute(AssignRoleDocument, { userId: ids.stranger, role: 'EDITOR' }))
    dataOf(await admin.execute(WithdrawRoleDocument, { userId: ids.stranger, role: 'EDITOR' }))
    const passwords = { currentPassword: strangersPassword, newPassword: 'another long secret' }
    await stranger.execute(ChangePasswordDocument, { ...passwords, currentPassword: 'wrong' })
    dataOf(await stranger.execute(ChangePasswordDocument, passwords))
    dataOf(await stranger.execute(LogoutDocument))

    const answer = dataOf(await admin.execute(AuditEventsDocument, { first: 100, filter: { from } }))
    const events = (answer.auditEvents?.edges ?? []).map(({ node }) => node).reverse()
    const who = new Map(Object.entries(ids).map(([person, userId]) => [userId, person]))
    expect(
      events.map((event) => [who.get(event?.actorId ?? ''), event?.action, event?.subjectType, event?.detail]),
    ).toEqual([
      [undefined, 'LOGIN_FAILED', 'User', 'wrong password'],
      ['stranger', 'PROFILE_UPDATED', 'User', null],
      ['stranger', 'DOCUMENT_CREATED', 'Document', null],
      ['stranger', 'DOCUMENT_UPDATED', 'Document', 'title'],
      ['stranger', 'ACCESS_GRANTED', 'Document', 'READ to an e-mail address'],
      ['stranger', 'ACCESS_WITHDRAWN', 'Document', 'from an e-mail address'],
      ['admin', 'DOCUMENT_PUBLISHED', 'Document', null],
      ['admin', 'DOCUMENT_DELETED', 'Document', null],
      ['admin', 'ROLE_ASSIGNED', 'User', 'EDITOR'],
      ['admin', 'ROLE_WITHDRAWN', 'User', 'EDITOR'],
      ['stranger', 'PASSWORD_CHANGE_FAILED', 'User', null],
      ['stranger', 'PASSWORD_CHANGED', 'User', null],
      ['stranger', 'LOGOUT', 'Session', null],
    ])
    expect(new Set(events.map((event) => event?.ipAddress))).toEqual(new Set(['127.0.0.1']))
  })

  it('is part of what it records: what cannot be recorded is not done', async () => {
    const { as, ids, server, createDocument, dump } = await open()
    const { member, admin, stranger } = as
    const id = await createDocument()
    dataOf(await createClient(server.url).login('stranger@example.com', strangersPassword))
    const raw = new Sqlite(server.databasePath)
    raw.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END")
    raw.close()
    // Attempts are counted all the same.
    const dumpRest = () => ({ ...dump(), throttle_counters: null })
    const before = dumpRest()

    const grant = { id, with: { everyone: true } }
    const role = { userId: ids.stranger, role: 'EDITOR' as const }
    const passwords = { currentPassword: strangersPassword, newPassword: 'another long secret' }
    const account = { email: 'nina@example.com', password: strangersPassword, name: 'Nina' }
    const anonymous = createClient(server.url)
    const answers = {
      register: await anonymous.execute(RegisterDocument, account),
      login: await anonymous.login('editor@example.com'),
      updateProfile: await stranger.execute(UpdateProfileDocument, { name: 'Sammy' }),
      changePassword: await stranger.execute(ChangePasswordDocument, passwords),
      revokeOtherSessions: await stranger.execute(RevokeOtherSessionsDocument),
      logout: await stranger.execute(LogoutDocument),
      assignRole: await admin.execute(AssignRoleDocument, role),
      createDocument: await member.execute(CreateDocumentDocument, { title: 'New', body: '' }),
      updateDocument: await member.execute(UpdateDocumentDocument, { id, title: 'Changed' }),
      publishDocument: await admin.execute(PublishDocumentDocument, { id }),
      shareDocument: await member.execute(ShareDocumentDocument, { ...grant, level: 'READ' }),
      unshareDocument: await member.execute(UnshareDocumentDocument, { id, with: { userId: ids.editor } }),
      deleteDocument: await member.execute(DeleteDocumentDocument, { id }),
    }
    for (const [name, answer] of Object.entries(answers)) {
      expect.soft(refusals(answer), name).toEqual([['INTERNAL_SERVER_ERROR', name]])
      expect.soft(answer.headers.getSetCookie(), name).toEqual([])
    }
    expect(dumpRest()).toEqual(before)
  })
})
