import { once } from 'node:events'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import {
  CreateDocumentDocument,
  DocumentDocument,
  MeDocument,
  UpdateDocumentDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient, isRefused } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { readTitles } from '../support/ledger.ts'
import { startServerProgram } from '../support/process.ts'
import { createFolder } from '../support/server.ts'

/** The same browser before another server: cookies know hosts, not ports. */
function move(client: Client, url: string): Client {
  return createClient(url, url, client.jar)
}

describe('kill -9 in the middle of writes', () => {
  it('loses nothing that was answered, nor a session', async () => {
    const folder = createFolder()
    const first = await startServerProgram(folder)
    const client = createClient(first.url)
    dataOf(await client.login('member@example.com'))

    // Several writers, each of which makes a document and then changes it, until the server is gone.
    const answered = new Map<string, string>()
    let answers = 0
    const write = async (writer: number) => {
      for (let n = 0; ; n++) {
        const title = `${writer}.${n}`
        const made = dataOf(await client.execute(CreateDocumentDocument, { title, body: '' })).createDocument
        if (!made) throw new Error('a document should be made')
        answered.set(made.id, title)
        dataOf(await client.execute(UpdateDocumentDocument, { id: made.id, title: `${title} changed` }))
        answered.set(made.id, `${title} changed`)
        answers += 1
        if (answers === 40) first.kill('SIGKILL')
      }
    }
    const writers = await Promise.allSettled([0, 1, 2, 3].map(write))
    expect(writers.map(({ status }) => status)).toEqual(Array(4).fill('rejected'))
    expect(await first.ended).toBeNull()
    expect(answered.size).toBeGreaterThanOrEqual(40)

    const second = await startServerProgram(folder)
    const again = move(client, second.url)
    expect(dataOf(await again.execute(MeDocument)).me?.email).toBe('member@example.com')
    const titles = await readTitles(again)
    // What was under way when it died may be there or not; what was answered is.
    for (const [id, title] of answered) expect([title, `${title} changed`]).toContain(titles.get(id))
    dataOf(await again.execute(CreateDocumentDocument, { title: 'And on it goes', body: '' }))
  })
})

describe('SIGTERM', () => {
  it('answers what is in flight, refuses what comes after, and ends with 0', async () => {
    const folder = createFolder()
    const first = await startServerProgram(folder)
    const client = createClient(first.url)
    dataOf(await client.login('member@example.com'))

    // The server has the request as soon as it asks for its body.
    const inFlight = request(`${first.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: `session=${await client.cookie('session')}`,
        expect: '100-continue',
      },
    })
    inFlight.flushHeaders()
    await once(inFlight, 'continue')
    first.kill('SIGTERM')
    await first.waitFor(/"msg":"stopping"/)
    await expect.poll(() => isRefused(first.url)).toBe(true)

    inFlight.end(JSON.stringify({ query: 'mutation { createDocument(title: "Last", body: "") { id title } }' }))
    const [response] = await once(inFlight, 'response')
    expect(response.statusCode).toBe(200)
    const { data } = (await json(response)) as { data: { createDocument: { id: string; title: string } } }
    expect(data.createDocument.title).toBe('Last')
    expect(await first.ended).toBe(0)
    expect(first.output.stdout).toContain('"msg":"stopped"')
    expect(first.output.stderr).toBe('')

    const second = await startServerProgram(folder)
    const { document } = dataOf(
      await move(client, second.url).execute(DocumentDocument, { id: data.createDocument.id }),
    )
    expect(document?.title).toBe('Last')
    second.kill('SIGTERM')
    expect(await second.ended).toBe(0)
  })
})
