import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDocument } from '../../src/documents/create-document.ts'
import type { Visibility } from '../../src/documents/document.ts'
import { type DocumentList, listDocuments } from '../../src/documents/list-documents.ts'
import { shareDocument } from '../../src/documents/share-document.ts'
import { InputError } from '../../src/errors.ts'
import { openApplication, type Person, type TestApplication } from '../graphql/application.ts'

let app: TestApplication
beforeEach(async () => {
  app = await openApplication()
})
afterEach(() => app.close())

const readable: Visibility = { kind: 'some', rules: [{ any: [{ owner: false, access: 'READ' }] }] }

async function add(person: Person, title: string): Promise<string> {
  const { id } = app.people[person]
  const origin = { actorId: id, ipAddress: null, userAgent: null }
  return (await createDocument(app.application.documents, { ownerId: id, title, body: '' }, origin)).id
}

async function list(filter: DocumentList['filter'] = {}, visibility: Visibility = readable) {
  const subject = { id: app.people.member.id, roles: ['MEMBER'] }
  const listing = listDocuments(app.application.documents, { subject, visibility, filter })
  const { items } = await listing.page({ first: 100, after: null })
  expect(await listing.count()).toBe(items.length)
  return items.map(({ title }) => title)
}

describe('listDocuments()', () => {
  it('gives and counts what the subject may see, newest first', async () => {
    await add('member', 'first')
    await add('stranger', 'hidden')
    await add('member', 'second')
    expect(await list()).toEqual(['second', 'first'])
    expect(await list({}, { kind: 'all' })).toEqual(['second', 'hidden', 'first'])
    expect(await list({}, { kind: 'none' })).toEqual([])
  })

  it('filters by text, owner and sharing, all together', async () => {
    await add('member', 'Plan of mine')
    const shared = await add('stranger', 'Plan of a stranger')
    const origin = { actorId: app.people.stranger.id, ipAddress: null, userAgent: null }
    const grant = { id: shared, with: { role: 'MEMBER' }, level: 'READ' } as const
    await shareDocument(app.application.documents, grant, origin)
    expect(await list({ search: ' plan ' })).toHaveLength(2)
    expect(await list({ search: 'plan', sharedWithMe: true })).toEqual(['Plan of a stranger'])
    expect(await list({ search: 'plan', ownerId: app.people.member.id })).toEqual(['Plan of mine'])
    expect(await list({ search: 'nothing like it' })).toEqual([])
  })

  it('takes a search of white space for none', async () => {
    await add('member', 'first')
    expect(await list({ search: '  ' })).toEqual(['first'])
  })

  it('refuses a search of 201 characters', async () => {
    await expect(list({ search: 'x'.repeat(200) })).resolves.toEqual([])
    const error = await list({ search: 'x'.repeat(201) }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ argument: 'filter.search' })
  })
})
