import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createDocumentChanges,
  type DocumentChange,
  documentChannel,
  printDocumentChange,
  tellDocumentChanges,
} from '../../src/documents/document-changes.ts'
import { createLocalNotifications } from '../../src/notifications.ts'
import { openApplication, type TestApplication } from '../graphql/application.ts'

const throws = (error: unknown) => {
  throw error
}

describe('createDocumentChanges()', () => {
  it('tells those who listen to a document what became of it, and nobody else', async () => {
    const notifications = createLocalNotifications(throws)
    const changes = createDocumentChanges(notifications)
    const heard: string[] = []
    const end = changes.listen('a', (kind) => heard.push(`a ${kind}`))
    changes.listen('b', (kind) => heard.push(`b ${kind}`))
    await notifications.publish(documentChannel, printDocumentChange({ id: 'a', kind: 'changed' }))
    await notifications.publish(documentChannel, printDocumentChange({ id: 'b', kind: 'deleted' }))
    end()
    end()
    await notifications.publish(documentChannel, printDocumentChange({ id: 'a', kind: 'changed' }))
    expect(heard).toEqual(['a changed', 'b deleted'])
  })

  it('takes every document for changed where word of it may be lost', () => {
    let gap = () => {}
    const notifications = {
      ...createLocalNotifications(throws),
      onGap: (listener: () => void) => {
        gap = listener
        return () => {}
      },
    }
    const changes = createDocumentChanges(notifications)
    const heard: string[] = []
    for (const id of ['a', 'b']) changes.listen(id, (kind) => heard.push(`${id} ${kind}`))
    gap()
    expect(heard).toEqual(['a changed', 'b changed'])
  })
})

describe('tellDocumentChanges()', () => {
  let app: TestApplication
  const told: DocumentChange[] = []
  const open = () =>
    tellDocumentChanges(
      { documents: app.stores.documents, grants: app.stores.accessGrants },
      app.database.transaction,
      async (change) => void told.push(change),
    )
  const at = new Date('2026-03-01T12:00:00.000Z')
  const create = async (id: string) => {
    const owner = { id: app.people.member.id }
    const times = { createdAt: at, updatedAt: at }
    await app.stores.documents.create({ id, title: 'A', body: '', published: false, owner, version: 1, ...times })
    return { type: 'Document', id } as const
  }

  beforeAll(async () => {
    app = await openApplication()
  })
  afterAll(() => app.close())

  it('tells of content, of sharing and of deletion, and of nothing that was not done', async () => {
    const { documents, grants } = open()
    const resource = await create('one')
    const grantee = { kind: 'EVERYONE' } as const
    await documents.update('one', { title: 'B' }, null, at)
    await documents.update('one', { title: 'C' }, 1, at)
    await grants.put({ id: 'grant', resource, grantee, level: 'READ', grantedBy: null, grantedAt: at })
    await grants.remove(resource, grantee)
    await grants.remove(resource, grantee)
    await documents.delete('one')
    await documents.delete('one')
    expect(told.splice(0).map(printDocumentChange)).toEqual([
      'changed one',
      'changed one',
      'changed one',
      'deleted one',
    ])
  })

  it('tells of what a transaction did once it is over, and of nothing where it was rolled back', async () => {
    const { documents, transaction } = open()
    await create('two')
    await create('three')
    await transaction(async () => {
      await documents.update('two', { title: 'B' }, null, at)
      await transaction(() => documents.update('three', { title: 'B' }, null, at))
      expect(told).toEqual([])
    })
    expect(told.splice(0).map(({ id }) => id)).toEqual(['two', 'three'])
    const failing = transaction(async () => {
      await documents.delete('two')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(told).toEqual([])
    expect((await documents.deleteByOwner(app.people.member.id)).length).toBe(2)
    expect(told.splice(0).map(({ kind }) => kind)).toEqual(['deleted', 'deleted'])
  })
})
