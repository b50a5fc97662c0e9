import Sqlite from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  DeleteDocumentDocument,
  DocumentDocument,
  NodeDocument,
  PublishDocumentDocument,
  RevokeSessionDocument,
  UnshareDocumentDocument,
  UpdateDocumentDocument,
} from '../support/__generated__/operations.ts'
import { type Answer, refusals } from '../support/client.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'

interface Foreign {
  document: string
  session: string
}

let house: House
let foreign: Foreign
beforeAll(async () => {
  house = await openHouse()
  const answer = await house.as.member.execute<{ session: { id: string } }>('{ session { id } }')
  foreign = { document: await house.createDocument(), session: dataOf(answer).session.id }
})
afterAll(() => house.close())
afterEach(() => {
  vi.restoreAllMocks()
})

const statements: { all: () => unknown; run: () => unknown; get: () => unknown } = Object.getPrototypeOf(
  new Sqlite(':memory:').prepare('SELECT 1'),
)

/** The statements that are run meanwhile, in order. Listens only: every one is run as ever. */
async function trace(work: () => Promise<Answer<unknown>>): Promise<{ answer: Answer<unknown>; sql: string[] }> {
  const sql: string[] = []
  for (const method of ['all', 'run', 'get'] as const) {
    const original = statements[method]
    vi.spyOn(statements, method).mockImplementation(function (this: Sqlite.Statement, ...values: []) {
      sql.push(this.source)
      return Reflect.apply(original, this, values)
    })
  }
  const answer = await work()
  vi.restoreAllMocks()
  return { answer, sql }
}

describe.each([
  ['document', 'document', (id: string) => house.as.stranger.execute(DocumentDocument, { id })],
  ['a node that is a document', 'document', (id: string) => house.as.stranger.execute(NodeDocument, { id })],
  ['a node that is a session', 'session', (id: string) => house.as.stranger.execute(NodeDocument, { id })],
  ['revokeSession', 'session', (id: string) => house.as.stranger.execute(RevokeSessionDocument, { id })],
  ['updateDocument', 'document', (id: string) => house.as.stranger.execute(UpdateDocumentDocument, { id, title: 'x' })],
  ['publishDocument', 'document', (id: string) => house.as.stranger.execute(PublishDocumentDocument, { id })],
  ['deleteDocument', 'document', (id: string) => house.as.stranger.execute(DeleteDocumentDocument, { id })],
  [
    'unshareDocument',
    'document',
    (id: string) => house.as.stranger.execute(UnshareDocumentDocument, { id, with: { everyone: true } }),
  ],
] as const)('what is asked of the database for %s', (_, kind, send) => {
  it('is the same for a foreign object and for none', async () => {
    const there = foreign[kind]
    const missing = `${there.slice(0, -1)}${there.endsWith('0') ? '1' : '0'}`
    // So that who asks is known to the first of the two as well as to the second.
    await house.as.stranger.execute('{ session { id } }')
    const ofForeign = await trace(() => send(there))
    const ofNone = await trace(() => send(missing))
    expect(['FORBIDDEN', 'NOT_FOUND']).toContain(refusals(ofForeign.answer)[0]?.[0])
    expect(ofNone.answer.text).toBe(ofForeign.answer.text)
    expect(ofNone.sql.toSorted()).toEqual(ofForeign.sql.toSorted())
  })
})

describe('this test', () => {
  it('sees one statement more, or it could not fail', async () => {
    const query = (fields: string) => () => house.as.member.execute(`{ ${fields} }`)
    const one = await trace(query('users: documents(first: 1) { edges { cursor } }'))
    const two = await trace(query('users: documents(first: 1) { totalCount edges { cursor } }'))
    expect(two.sql.length).toBe(one.sql.length + 1)
  })
})
