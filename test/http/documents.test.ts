import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  DeleteDocumentDocument,
  DocumentDocument,
  DocumentGrantsDocument,
  DocumentsDocument,
  type GranteeInput,
  NodeDocument,
  PublishDocumentDocument,
  ShareDocumentDocument,
  UnshareDocumentDocument,
  UpdateDocumentDocument,
} from '../support/__generated__/operations.ts'
import { refusals } from '../support/client.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'

let house: House
let id: string
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  id = await house.createDocument()
})

async function read(as: 'stranger' | 'member' | 'editor' | 'admin' = 'member') {
  return dataOf(await house.as[as].execute(DocumentDocument, { id })).document
}

describe('two users at once on the same document', () => {
  it('of the same version change it once: the other is told', async () => {
    const change = (title: string) => ({ id, title, expectedVersion: 1 })
    const answers = await Promise.all([
      house.as.member.execute(UpdateDocumentDocument, change('by the member')),
      house.as.editor.execute(UpdateDocumentDocument, change('by the editor')),
    ])
    const winner = answers.find(({ body }) => !body.errors)
    const loser = answers.find(({ body }) => body.errors)
    if (!winner || !loser) throw new Error('one of them should win')
    expect(refusals(loser)).toEqual([['CONFLICT', 'updateDocument']])
    expect(loser.body.data).toEqual({ updateDocument: null })
    expect(loser.body.errors?.[0]?.message).toBe('The document has changed: it is at version 2, not 1')
    expect(await read()).toMatchObject({ version: 2, title: winner.body.data?.updateDocument?.title })
  })

  it('without a version both change it, one after the other', async () => {
    const answers = await Promise.all([
      house.as.member.execute(UpdateDocumentDocument, { id, title: 'by the member' }),
      house.as.editor.execute(UpdateDocumentDocument, { id, body: 'by the editor' }),
    ])
    expect(answers.flatMap(refusals)).toEqual([])
    expect(await read()).toMatchObject({ version: 3, title: 'by the member', body: 'by the editor' })
  })

  it('of twenty changes of the same version one is made', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        house.as[n % 2 ? 'member' : 'editor'].execute(UpdateDocumentDocument, { id, body: `${n}`, expectedVersion: 1 }),
      ),
    )
    expect(answers.filter(({ body }) => !body.errors)).toHaveLength(1)
    expect(answers.flatMap(refusals)).toEqual(Array(19).fill(['CONFLICT', 'updateDocument']))
    expect(await read()).toMatchObject({ version: 2 })
  })
})

describe('updateDocument', () => {
  it.each([
    ['title', { title: '' }],
    ['title', { title: 'x'.repeat(201) }],
    ['title', { title: 'two\nlines' }],
    ['title', { title: null }],
    ['title', {}],
    ['body', { body: 'x'.repeat(50_001) }],
    ['body', { body: null }],
  ])('names %s when it cannot be taken, and writes nothing', async (argument, change) => {
    const before = house.dump()
    const answer = await house.as.member.execute(UpdateDocumentDocument, { id, ...change })
    expect(refusals(answer)).toEqual([['BAD_USER_INPUT', 'updateDocument']])
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument })
    expect(house.dump()).toEqual(before)
  })
})

describe('a document that is not there', () => {
  it('is refused like a foreign one, and told of to those who may read all', async () => {
    const missing = await house.as.stranger.execute(DocumentDocument, { id: 'none' })
    expect(missing.text).toBe((await house.as.stranger.execute(DocumentDocument, { id })).text)
    expect(refusals(missing)).toEqual([['FORBIDDEN', 'document']])
    expect(refusals(await house.as.editor.execute(DocumentDocument, { id: 'none' }))).toEqual([
      ['NOT_FOUND', 'document'],
    ])
  })

  it('cannot be changed, and is told of to administrators alone', async () => {
    const change = { id: 'none', title: 'x' }
    const [stranger, admin] = [house.as.stranger, house.as.admin]
    expect(refusals(await stranger.execute(UpdateDocumentDocument, change))).toEqual([['FORBIDDEN', 'updateDocument']])
    expect(refusals(await admin.execute(UpdateDocumentDocument, change))).toEqual([['NOT_FOUND', 'updateDocument']])
    expect(refusals(await admin.execute(DeleteDocumentDocument, change))).toEqual([['NOT_FOUND', 'deleteDocument']])
    expect(refusals(await admin.execute(PublishDocumentDocument, change))).toEqual([['NOT_FOUND', 'publishDocument']])
  })
})

describe('publishDocument', () => {
  it('lets everybody who is signed in read it, and nobody change it', async () => {
    expect(refusals(await house.as.stranger.execute(DocumentDocument, { id }))).toEqual([['FORBIDDEN', 'document']])
    dataOf(await house.as.editor.execute(PublishDocumentDocument, { id }))
    expect(await read('stranger')).toMatchObject({ published: true })
    const change = await house.as.stranger.execute(UpdateDocumentDocument, { id, title: 'x' })
    expect(refusals(change)).toEqual([['FORBIDDEN', 'updateDocument']])
    expect(refusals(await house.as.anonymous.execute(DocumentDocument, { id }))).toEqual([
      ['UNAUTHENTICATED', 'document'],
    ])
  })

  it('is not for an editor who may not change the document', async () => {
    dataOf(await house.as.member.execute(UnshareDocumentDocument, { id, with: { userId: house.ids.editor } }))
    const before = house.dump()
    const answer = await house.as.editor.execute(PublishDocumentDocument, { id })
    expect(refusals(answer)).toEqual([['FORBIDDEN', 'publishDocument']])
    expect(house.dump()).toEqual(before)
  })
})

describe('shareDocument', () => {
  /** Grantees that reach the stranger, and what the answer says of them. */
  const reaching: [string, (house: House) => GranteeInput, object][] = [
    ['userId', ({ ids }) => ({ userId: ids.stranger }), { __typename: 'User', name: 'Sam Stranger' }],
    ['role', () => ({ role: 'MEMBER' }), { __typename: 'RoleGrantee', role: 'MEMBER' }],
    ['everyone', () => ({ everyone: true }), { __typename: 'Everyone', everyone: true }],
  ]

  it.each(reaching)('with %s gives access, until it is taken back', async (_, make, grantee) => {
    const grant = { id, with: make(house) }
    const refused = [['FORBIDDEN', 'document']]
    expect(refusals(await house.as.stranger.execute(DocumentDocument, { id }))).toEqual(refused)
    const { shareDocument } = dataOf(await house.as.member.execute(ShareDocumentDocument, { ...grant, level: 'READ' }))
    expect(shareDocument).toMatchObject({ level: 'READ', grantedBy: { name: 'Max Member' }, grantee })
    expect(await read('stranger')).toMatchObject({ id })
    const change = { id, title: 'Theirs' }
    expect(refusals(await house.as.stranger.execute(UpdateDocumentDocument, change))).toHaveLength(1)

    dataOf(await house.as.member.execute(ShareDocumentDocument, { ...grant, level: 'WRITE' }))
    dataOf(await house.as.stranger.execute(UpdateDocumentDocument, change))
    expect(dataOf(await house.as.member.execute(UnshareDocumentDocument, grant))).toEqual({ unshareDocument: true })
    expect(dataOf(await house.as.member.execute(UnshareDocumentDocument, grant))).toEqual({ unshareDocument: false })
    expect(refusals(await house.as.stranger.execute(DocumentDocument, { id }))).toEqual(refused)
  })

  it('with email answers alike for every address, and counts for none that is not verified', async () => {
    const invite = (email: string) =>
      house.as.member.execute(ShareDocumentDocument, { id, with: { email }, level: 'READ' })
    for (const email of ['stranger@example.com', 'nobody@example.com'])
      expect(dataOf(await invite(email)).shareDocument?.grantee).toEqual({ __typename: 'Invitee', email })
    expect(refusals(await house.as.stranger.execute(DocumentDocument, { id }))).toEqual([['FORBIDDEN', 'document']])
  })

  it.each([
    ['none', {}],
    ['two', { role: 'MEMBER', everyone: true }],
    ['null', { role: null }],
    ['an unknown role', { role: 'OWNER' }],
    ['an unknown field', { group: 'x', everyone: true }],
    ['no address', { email: 'nobody' }],
  ])('takes exactly one grantee, not %s', async (_, grantee) => {
    const before = house.dump()
    const answer = await house.as.member.execute(ShareDocumentDocument, {
      id,
      with: grantee as GranteeInput,
      level: 'READ',
    })
    expect(answer.status).toBe(400)
    expect(refusals(answer)).toEqual([['BAD_USER_INPUT', '']])
    expect(house.dump()).toEqual(before)
  })

  it.each([
    ['with.userId', () => ({ userId: 'nobody' })],
    ['with.userId', ({ ids }: House) => ({ userId: ids.member })],
    ['with.everyone', () => ({ everyone: false })],
  ])('names %s when it names nobody to share with', async (argument, make) => {
    const before = house.dump()
    const answer = await house.as.member.execute(ShareDocumentDocument, { id, with: make(house), level: 'READ' })
    expect(refusals(answer)).toEqual([['BAD_USER_INPUT', 'shareDocument']])
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument })
    expect(house.dump()).toEqual(before)
  })

  it('shows the list to those who manage the document alone', async () => {
    const { document } = dataOf(await house.as.member.execute(DocumentGrantsDocument, { id }))
    expect(document?.grants).toMatchObject([{ level: 'WRITE', grantee: { name: 'Edith Editor' } }])
    const answer = await house.as.editor.execute(DocumentGrantsDocument, { id })
    expect(answer.body.data).toEqual({ document: { id, grants: null } })
    expect(refusals(answer)).toEqual([['FORBIDDEN', 'document.grants']])
  })
})

describe('mayChange', () => {
  const query = 'query ($id: ID!) { document(id: $id) { id mayChange } }'

  it.each(['member', 'editor', 'admin'] as const)('is true for the %s, who may change the document', async (person) => {
    expect(dataOf(await house.as[person].execute(query, { id }))).toEqual({ document: { id, mayChange: true } })
    dataOf(await house.as[person].execute(UpdateDocumentDocument, { id, title: 'x' }))
  })

  it('is denied to those who may only read it, and the rest is told', async () => {
    const share = { id, with: { userId: house.ids.stranger }, level: 'READ' } as const
    dataOf(await house.as.member.execute(ShareDocumentDocument, share))
    const before = house.dump()
    const answer = await house.as.stranger.execute(query, { id })
    expect(answer.body.data).toEqual({ document: { id, mayChange: null } })
    expect(refusals(answer)).toEqual([['FORBIDDEN', 'document.mayChange']])
    const change = await house.as.stranger.execute(UpdateDocumentDocument, { id, title: 'x' })
    expect(refusals(change)).toEqual([['FORBIDDEN', 'updateDocument']])
    expect(house.dump()).toEqual(before)
  })
})

describe('a document by other ways', () => {
  it('is the same decision by alias, fragment, interface and variable', async () => {
    const query = `query ($id: ID!, $no: Boolean = false) {
      a: document(id: $id) { ...Title }
      b: node(id: $id) { ... on Node { id } ... on Document { ...Title } ... on User { name } }
      ...Rest
      c: document(id: $id) @include(if: $no) { title }
    }
    fragment Title on Document { title }
    fragment Rest on Query { ... on Query { d: node(id: $id) { __typename } } me { name } }`
    const mine = await house.as.member.execute(query, { id })
    expect(mine.body).toEqual({
      data: {
        a: { title: 'Plan' },
        b: { id, title: 'Plan' },
        d: { __typename: 'Document' },
        me: { name: 'Max Member' },
      },
    })
    const theirs = await house.as.stranger.execute(query, { id })
    expect(theirs.body.data).toEqual({ a: null, b: null, d: null, me: { name: 'Sam Stranger' } })
    expect(refusals(theirs).toSorted()).toEqual(['a', 'b', 'd'].map((path) => ['FORBIDDEN', path]))
  })

  it('is refused by node as a session of somebody else is', async () => {
    const { session } = dataOf(await house.as.member.execute<{ session: { id: string } }>('{ session { id } }'))
    for (const hidden of [id, session.id, 'none'])
      expect(refusals(await house.as.stranger.execute(NodeDocument, { id: hidden }))).toEqual([['FORBIDDEN', 'node']])
    expect(dataOf(await house.as.member.execute(NodeDocument, { id: session.id })).node?.__typename).toBe('Session')
  })

  it('is listed and counted for those who may read it alone', async () => {
    const count = async (as: 'stranger' | 'member' | 'editor') =>
      dataOf(await house.as[as].execute(DocumentsDocument, { first: 100, filter: { ownerId: house.ids.member } }))
        .documents
    const [owner, reader, nobody] = [await count('member'), await count('editor'), await count('stranger')]
    expect(owner?.edges[0]?.node).toMatchObject({ id })
    expect(owner?.totalCount).toBe(owner?.edges.length)
    expect(reader?.edges.map(({ node }) => node?.id)).toContain(id)
    expect(nobody?.edges.map(({ node }) => node?.id)).not.toContain(id)
    expect(nobody?.totalCount).toBe(nobody?.edges.length)
  })

  it('is searched for by at most 200 characters', async () => {
    const search = (text: string) => house.as.member.execute(DocumentsDocument, { filter: { search: text } })
    dataOf(await search('x'.repeat(200)))
    for (const text of ['x'.repeat(201), '%'.repeat(60_000)]) {
      const answer = await search(text)
      expect(refusals(answer)).toEqual([['BAD_USER_INPUT', 'documents']])
      expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'filter.search' })
    }
  })
})
