import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AccessLevel } from '../../src/access/access-grant.ts'
import { createDocument } from '../../src/documents/create-document.ts'
import type { GranteeInput } from '../../src/documents/grantee.ts'
import { shareDocument } from '../../src/documents/share-document.ts'
import { unshareDocument } from '../../src/documents/unshare-document.ts'
import { InputError, NotFoundError } from '../../src/errors.ts'
import { createId } from '../../src/id.ts'
import { openApplication, type TestApplication } from '../graphql/application.ts'

let app: TestApplication
let id: string
beforeEach(async () => {
  app = await openApplication()
  const content = { ownerId: app.people.member.id, title: 'Minutes', body: '' }
  id = (await createDocument(app.application.documents, content, origin())).id
})
afterEach(() => app.close())

const origin = () => ({ actorId: app.people.member.id, ipAddress: '203.0.113.7', userAgent: 'Vitest' })
const share = (grantee: GranteeInput, level: AccessLevel = 'READ') =>
  shareDocument(app.application.documents, { id, with: grantee, level }, origin())
const unshare = (grantee: GranteeInput) => unshareDocument(app.application.documents, { id, with: grantee }, origin())
const grants = () => app.stores.accessGrants.list('Document', [id])
const granting = async () => (await app.auditTrail()).filter(({ action }) => action.startsWith('ACCESS_'))

const wrong: [string, () => GranteeInput, string][] = [
  ['nobody', () => ({}), 'with'],
  ['two at once', () => ({ role: 'EDITOR', everyone: true }), 'with'],
  ['everyone: false', () => ({ everyone: false }), 'with.everyone'],
  ['an empty id', () => ({ userId: '' }), 'with'],
]

describe('shareDocument()', () => {
  it('gives the grant and records level and grantee', async () => {
    const userId = app.people.stranger.id
    const grant = await share({ userId }, 'WRITE')
    expect(grant).toEqual({
      id: grant.id,
      resource: { type: 'Document', id },
      grantee: { kind: 'USER', userId },
      level: 'WRITE',
      grantedBy: app.people.member.id,
      grantedAt: app.clock.now(),
    })
    expect(await grants()).toEqual([grant])
    const subject = { type: 'Document', id }
    expect(await granting()).toMatchObject([
      { action: 'ACCESS_GRANTED', ...origin(), subject, detail: `WRITE to user ${userId}` },
    ])
  })

  it('changes the level of the grant that the grantee has', async () => {
    const first = await share({ role: 'EDITOR' }, 'READ')
    app.clock.advance(60)
    const second = await share({ role: 'EDITOR' }, 'MANAGE')
    expect(second).toEqual({ ...first, level: 'MANAGE', grantedAt: app.clock.now() })
    expect(await grants()).toEqual([second])
  })

  it('makes one grant of twenty for the same grantee at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => share({ everyone: true })))
    expect(await grants()).toHaveLength(1)
  })

  it('answers with an invitee whether or not the address has an account', async () => {
    const known = await share({ email: 'Stranger@Example.com' })
    const unknown = await share({ email: 'nobody@example.com' })
    expect(known.grantee).toEqual({ kind: 'INVITEE', email: 'stranger@example.com' })
    expect(unknown.grantee).toEqual({ kind: 'INVITEE', email: 'nobody@example.com' })
  })

  it('keeps addresses out of the audit log, which cannot be erased', async () => {
    await share({ email: 'stranger@example.com' })
    await unshare({ email: 'stranger@example.com' })
    expect((await granting()).map(({ detail }) => detail)).toEqual([
      'READ to an e-mail address',
      'from an e-mail address',
    ])
    expect(JSON.stringify(await app.auditTrail())).not.toContain('stranger@')
  })

  it.each<[string, () => GranteeInput, string]>([
    ...wrong,
    ['a user who does not exist', () => ({ userId: createId() }), 'with.userId'],
    ['the owner', () => ({ userId: app.people.member.id }), 'with.userId'],
  ])('refuses %s and writes nothing', async (_, grantee, argument) => {
    const error = await share(grantee()).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ argument })
    expect(await grants()).toEqual([])
    expect(await granting()).toEqual([])
  })

  it('refuses an unknown document and writes nothing', async () => {
    const attempt = { id: createId(), with: { everyone: true }, level: 'READ' } as const
    await expect(shareDocument(app.application.documents, attempt, origin())).rejects.toThrow(NotFoundError)
    expect(await app.stores.accessGrants.list('Document', [attempt.id])).toEqual([])
    expect(await granting()).toEqual([])
  })
})

describe('unshareDocument()', () => {
  it('takes the grant back and records it', async () => {
    await share({ role: 'EDITOR' })
    expect(await unshare({ role: 'EDITOR' })).toBe(true)
    expect(await grants()).toEqual([])
    expect((await granting()).at(-1)).toMatchObject({ action: 'ACCESS_WITHDRAWN', detail: 'from role EDITOR' })
  })

  it("leaves others' grants alone and records nothing when there was none", async () => {
    const grant = await share({ role: 'EDITOR' })
    expect(await unshare({ everyone: true })).toBe(false)
    expect(await unshare({ userId: createId() })).toBe(false)
    expect(await grants()).toEqual([grant])
    expect(await granting()).toHaveLength(1)
  })

  it.each(wrong)('refuses %s', async (_, grantee, argument) => {
    const error = await unshare(grantee()).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ argument })
  })

  it('refuses an unknown document', async () => {
    const attempt = { id: createId(), with: { everyone: true } }
    await expect(unshareDocument(app.application.documents, attempt, origin())).rejects.toThrow(NotFoundError)
  })
})
