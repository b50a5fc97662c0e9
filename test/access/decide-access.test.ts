import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { accessLevels } from '../../src/access/access-grant.ts'
import { decideAccess } from '../../src/access/decide-access.ts'
import { createDocument } from '../../src/documents/create-document.ts'
import { shareDocument } from '../../src/documents/share-document.ts'
import { createId } from '../../src/id.ts'
import { openApplication, type TestApplication } from '../graphql/application.ts'

let app: TestApplication
beforeEach(async () => {
  app = await openApplication()
})
afterEach(() => app.close())

async function addDocument(): Promise<string> {
  const { member } = app.people
  const origin = { actorId: member.id, ipAddress: null, userAgent: null }
  const { id } = await createDocument(app.application.documents, { ownerId: member.id, title: 'A', body: '' }, origin)
  return id
}

describe('decideAccess()', () => {
  it('answers for each id in order, a repeated one too, in one statement', async () => {
    const [own, another] = [await addDocument(), await addDocument()]
    const findAccessible = vi.spyOn(app.stores.documents, 'findAccessible')
    const ids = [another, createId(), own, another]
    const request = { resource: 'Document', level: 'MANAGE', ids } as const
    const subject = { id: app.people.member.id, roles: ['MEMBER'] }
    expect(await decideAccess(app.stores.documents, subject, request)).toEqual([true, false, true, true])
    expect(findAccessible).toHaveBeenCalledOnce()
  })

  it('refuses a stranger every level', async () => {
    const ids = [await addDocument()]
    const subject = { id: app.people.stranger.id, roles: ['MEMBER'] }
    for (const level of accessLevels) {
      expect(await decideAccess(app.stores.documents, subject, { resource: 'Document', level, ids })).toEqual([false])
    }
  })

  it('allows a grantee what the grant holds and refuses what is above', async () => {
    const id = await addDocument()
    const grant = { id, with: { userId: app.people.stranger.id }, level: 'WRITE' } as const
    const origin = { actorId: app.people.member.id, ipAddress: null, userAgent: null }
    await shareDocument(app.application.documents, grant, origin)
    const subject = { id: app.people.stranger.id, roles: ['MEMBER'] }
    const decisions = accessLevels.map((level) =>
      decideAccess(app.stores.documents, subject, { resource: 'Document', level, ids: [id] }),
    )
    expect(await Promise.all(decisions)).toEqual([[true], [true], [false]])
  })

  it('throws for a type without an access control list', async () => {
    const subject = { id: app.people.admin.id, roles: ['ADMIN'] }
    const request = { resource: 'User', level: 'READ', ids: [app.people.admin.id] } as const
    await expect(decideAccess(app.stores.documents, subject, request)).rejects.toThrow(TypeError)
  })
})
