import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDocument } from '../../src/documents/create-document.ts'
import { deleteDocument } from '../../src/documents/delete-document.ts'
import type { Document } from '../../src/documents/document.ts'
import { publishDocument } from '../../src/documents/publish-document.ts'
import { shareDocument } from '../../src/documents/share-document.ts'
import { updateDocument } from '../../src/documents/update-document.ts'
import { ConflictError, InputError, NotFoundError } from '../../src/errors.ts'
import { createId } from '../../src/id.ts'
import { openApplication, type TestApplication } from '../graphql/application.ts'

let app: TestApplication
beforeEach(async () => {
  app = await openApplication()
})
afterEach(() => app.close())

const documents = () => app.application.documents
const origin = () => ({ actorId: app.people.member.id, ipAddress: '203.0.113.7', userAgent: 'Vitest' })
const actions = async () => (await app.auditTrail()).map(({ action }) => action)

function create(content: { title?: string; body?: string } = {}): Promise<Document> {
  const ownerId = app.people.member.id
  return createDocument(documents(), { ownerId, title: 'Minutes', body: 'We met.', ...content }, origin())
}

describe('createDocument()', () => {
  it('makes version 1, unpublished, and records it', async () => {
    const document = await create({ title: '  Minutes ' })
    expect(document).toEqual({
      id: document.id,
      title: 'Minutes',
      body: 'We met.',
      published: false,
      owner: { id: app.people.member.id },
      version: 1,
      createdAt: app.clock.now(),
      updatedAt: app.clock.now(),
    })
    expect(await app.stores.documents.find(document.id)).toEqual(document)
    const subject = { type: 'Document', id: document.id }
    expect(await app.auditTrail()).toMatchObject([{ action: 'DOCUMENT_CREATED', ...origin(), subject }])
  })

  it('counts characters by code point', async () => {
    const title = '𝒯'.repeat(200)
    expect((await create({ title, body: '𝒯'.repeat(50_000) })).title).toBe(title)
  })

  it.each([
    ['an empty title', { title: '' }, 'title'],
    ['a title of white space', { title: ' \t ' }, 'title'],
    ['a title of 201 characters', { title: 'x'.repeat(201) }, 'title'],
    ['a title with a control character', { title: 'Minutes\u0007of' }, 'title'],
    ['a title on two lines', { title: 'Minutes\nof' }, 'title'],
    ['a body of 50,001 characters', { body: 'x'.repeat(50_001) }, 'body'],
    ['a body with U+0000', { body: 'x\0' }, 'body'],
  ])('refuses %s and writes nothing', async (_, content, argument) => {
    const error = await create(content).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ argument })
    expect(await app.auditTrail()).toEqual([])
  })

  it('leaves nothing behind when it cannot be recorded', async () => {
    const id = createId()
    const audit = { ...app.stores.audit, append: () => Promise.reject(new Error('disk full')) }
    const content = { ownerId: app.people.member.id, title: 'Minutes', body: '' }
    const attempt = createDocument({ ...documents(), audit, createId: () => id }, content, origin())
    await expect(attempt).rejects.toThrow('disk full')
    expect(await app.stores.documents.find(id)).toBeNull()
  })
})

describe('updateDocument()', () => {
  it('changes what is given, counts the version up and records which', async () => {
    const { id } = await create()
    app.clock.advance(60)
    const updated = await updateDocument(documents(), { id, title: 'Agenda' }, origin())
    expect(updated).toMatchObject({ title: 'Agenda', body: 'We met.', version: 2, updatedAt: app.clock.now() })
    const last = (await app.auditTrail()).at(-1)
    expect(last).toMatchObject({ action: 'DOCUMENT_UPDATED', subject: { type: 'Document', id }, detail: 'title' })
  })

  it('changes the version that is expected', async () => {
    const { id } = await create()
    const updated = await updateDocument(documents(), { id, body: 'New', expectedVersion: 1 }, origin())
    expect(updated).toMatchObject({ body: 'New', version: 2 })
  })

  it('refuses another version, tells which there is, and changes nothing', async () => {
    const { id } = await create()
    const before = await updateDocument(documents(), { id, body: 'New' }, origin())
    const attempt = updateDocument(documents(), { id, body: 'Newer', expectedVersion: 1 }, origin())
    await expect(attempt).rejects.toThrow(new ConflictError('The document has changed: it is at version 2, not 1'))
    expect(await app.stores.documents.find(id)).toEqual(before)
    expect(await actions()).toEqual(['DOCUMENT_CREATED', 'DOCUMENT_UPDATED'])
  })

  it('lets one of twenty win who change the same version at once', async () => {
    const { id } = await create()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        updateDocument(documents(), { id, body: `${index}`, expectedVersion: 1 }, origin()),
      ),
    )
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    expect(won).toHaveLength(1)
    expect(await app.stores.documents.find(id)).toEqual(won[0])
    expect(await actions()).toEqual(['DOCUMENT_CREATED', 'DOCUMENT_UPDATED'])
  })

  it.each([
    ['nothing to change', {}, 'title'],
    ['null for the title', { title: null }, 'title'],
    ['null for the body', { title: 'Agenda', body: null }, 'body'],
    ['an empty title', { title: '' }, 'title'],
  ])('refuses %s and changes nothing', async (_, changes, argument) => {
    const before = await create()
    const error = await updateDocument(documents(), { id: before.id, ...changes }, origin()).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ argument })
    expect(await app.stores.documents.find(before.id)).toEqual(before)
    expect(await actions()).toEqual(['DOCUMENT_CREATED'])
  })

  it('refuses an unknown document', async () => {
    const attempt = updateDocument(documents(), { id: createId(), title: 'Agenda' }, origin())
    await expect(attempt).rejects.toThrow(NotFoundError)
    expect(await actions()).toEqual([])
  })
})

describe('publishDocument()', () => {
  it('publishes and records it', async () => {
    const { id } = await create()
    expect(await publishDocument(documents(), id, origin())).toMatchObject({ published: true, version: 2 })
    expect(await actions()).toEqual(['DOCUMENT_CREATED', 'DOCUMENT_PUBLISHED'])
  })

  it('changes and records nothing the second time', async () => {
    const { id } = await create()
    const published = await publishDocument(documents(), id, origin())
    expect(await publishDocument(documents(), id, origin())).toEqual(published)
    expect(await actions()).toEqual(['DOCUMENT_CREATED', 'DOCUMENT_PUBLISHED'])
  })

  it('records once what twenty ask for at once', async () => {
    const { id } = await create()
    await Promise.all(Array.from({ length: 20 }, () => publishDocument(documents(), id, origin())))
    expect(await actions()).toEqual(['DOCUMENT_CREATED', 'DOCUMENT_PUBLISHED'])
  })

  it('looks again when somebody changes the document in between', async () => {
    const { id } = await create()
    let interventions = 0
    const store: typeof app.stores.documents = {
      ...app.stores.documents,
      async find(wanted) {
        const found = await app.stores.documents.find(wanted)
        if (interventions++ === 0) await app.stores.documents.update(id, { body: 'New' }, null, app.clock.now())
        return found
      },
    }
    const published = await publishDocument({ ...documents(), documents: store }, id, origin())
    expect(published).toMatchObject({ body: 'New', published: true, version: 3 })
    expect(await actions()).toEqual(['DOCUMENT_CREATED', 'DOCUMENT_PUBLISHED'])
  })

  it('refuses an unknown document', async () => {
    await expect(publishDocument(documents(), createId(), origin())).rejects.toThrow(NotFoundError)
    expect(await actions()).toEqual([])
  })
})

describe('deleteDocument()', () => {
  it('deletes the document with its grants and records it', async () => {
    const { id } = await create()
    await shareDocument(documents(), { id, with: { everyone: true }, level: 'READ' }, origin())
    await deleteDocument(documents(), id, origin())
    expect(await app.stores.documents.find(id)).toBeNull()
    expect(await app.stores.accessGrants.list('Document', [id])).toEqual([])
    expect(await actions()).toEqual(['DOCUMENT_CREATED', 'ACCESS_GRANTED', 'DOCUMENT_DELETED'])
  })

  it('keeps document and grants when it cannot be recorded', async () => {
    const document = await create()
    await shareDocument(documents(), { id: document.id, with: { everyone: true }, level: 'READ' }, origin())
    const audit = { ...app.stores.audit, append: () => Promise.reject(new Error('disk full')) }
    await expect(deleteDocument({ ...documents(), audit }, document.id, origin())).rejects.toThrow('disk full')
    expect(await app.stores.documents.find(document.id)).toEqual(document)
    expect(await app.stores.accessGrants.list('Document', [document.id])).toHaveLength(1)
  })

  it('refuses an unknown document and records nothing', async () => {
    await expect(deleteDocument(documents(), createId(), origin())).rejects.toThrow(NotFoundError)
    expect(await actions()).toEqual([])
  })
})
