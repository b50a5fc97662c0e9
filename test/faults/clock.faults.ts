import { describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  CreateDocumentDocument,
  LogoutDocument,
  MeDocument,
  UpdateDocumentDocument,
} from '../support/__generated__/operations.ts'
import { type Client, codes, createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { startServer } from '../support/server.ts'

const hour = 3600
const year = 365 * 24 * hour

async function open() {
  // The cookies of the clients live by the time of this machine.
  const clock = createSetClock(new Date().toISOString())
  const { url } = await startServer({ clock })
  const client = createClient(url)
  dataOf(await client.login('member@example.com'))
  return { clock, url, client }
}
const isSignedIn = async (client: Client) => (await client.execute(MeDocument)).body.data?.me != null
const wrong = (client: Client) => client.login('editor@example.com', 'not the password at all')

describe('a clock that jumps', () => {
  it('an hour ahead and back signs nobody out and ends with everybody able to sign in', async () => {
    const { clock, url, client } = await open()
    clock.advance(hour)
    expect(await isSignedIn(client)).toBe(true)
    dataOf(await client.execute(CreateDocumentDocument, { title: 'From the future', body: '' }))
    const visitor = createClient(url)
    dataOf(await visitor.login('editor@example.com'))

    clock.advance(-hour)
    // What was signed in that hour is not good yet: nobody is let in by it, and it is good again when the hour comes.
    for (const one of [client, visitor]) expect(await isSignedIn(one)).toBe(false)
    dataOf(await createClient(url).login('editor@example.com'))
    clock.advance(hour)
    for (const one of [client, visitor]) expect(await isSignedIn(one)).toBe(true)
  })

  it('an hour back refuses nothing for good, and lets documents be changed', async () => {
    const { clock, url, client } = await open()
    const made = dataOf(await client.execute(CreateDocumentDocument, { title: 'A', body: '' })).createDocument
    clock.advance(-hour)
    expect(await isSignedIn(client)).toBe(false)
    const again = createClient(url)
    dataOf(await again.login('member@example.com'))
    dataOf(await again.execute(UpdateDocumentDocument, { id: made?.id ?? '', title: 'B' }))
    clock.advance(hour)
    for (const one of [client, again]) expect(await isSignedIn(one)).toBe(true)
  })

  it('ahead and back leaves nobody signed in who signed out there', async () => {
    const { clock, url, client } = await open()
    const copy = createClient(url, url, client.jar.cloneSync())
    clock.advance(hour)
    dataOf(await client.execute(LogoutDocument))
    clock.advance(-hour)
    expect(await isSignedIn(copy)).toBe(false)
    clock.advance(hour)
    expect(await isSignedIn(copy)).toBe(false)
  })

  it('a year ahead lets nobody in by a session that has run out by then', async () => {
    const { clock, client } = await open()
    clock.advance(year)
    expect(codes(await client.execute(CreateDocumentDocument, { title: 'A', body: '' }))).toEqual(['UNAUTHENTICATED'])
    dataOf(await client.login('member@example.com'))
    dataOf(await client.execute(CreateDocumentDocument, { title: 'A', body: '' }))
  })

  it('a year ahead and back makes nobody wait for a year who mistyped a password then', async () => {
    const { clock, url } = await open()
    const client = createClient(url)
    clock.advance(year)
    for (let times = 0; times < 7; times++) await wrong(client)
    expect(codes(await client.login('editor@example.com'))).toEqual(['RATE_LIMITED'])
    clock.advance(-year)
    dataOf(await client.login('editor@example.com'))
  })

  it('back gives nobody more than one attempt at a password that they had to wait for', async () => {
    const { clock, url } = await open()
    const client = createClient(url)
    for (let times = 0; times < 7; times++) await wrong(client)
    clock.advance(-hour)
    const answers = []
    for (let times = 0; times < 5; times++) answers.push(...codes(await wrong(client)))
    expect(answers).toEqual(['INVALID_CREDENTIALS', ...Array(4).fill('RATE_LIMITED')])
  })
})
