import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  CreateDocumentDocument,
  DeleteDocumentDocument,
  LogoutDocument,
  MeDocument,
  ShareDocumentDocument,
  UnshareDocumentDocument,
  UpdateDocumentDocument,
  WithdrawRoleDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient } from '../support/client.ts'
import { documentChanged, openEvents, type Told } from '../support/events.ts'
import { dataOf } from '../support/house.ts'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { startServerProgram } from '../support/process.ts'
import { createFolder, type Env, productionEnv } from '../support/server.ts'
import { subscribe } from '../support/sockets.ts'

const shared: Env = { PUBLIC_URL: 'http://localhost:4000', MASTER_KEY: productionEnv.MASTER_KEY ?? '' }

/** Two servers in processes of their own on one database, and people who are signed in on the first. */
async function startTwo(env: Env = {}) {
  const database = await createDatabase()
  onTestFinished(() => dropDatabase(database))
  const start = () => startServerProgram(createFolder(), { ...shared, DATABASE_URL: database, ...env })
  const [here, there] = await Promise.all([start(), start()])
  const signIn = async (email: string) => {
    const browser = createClient(here.url)
    dataOf(await browser.login(email))
    return browser
  }
  const people = {
    admin: await signIn('admin@example.com'),
    editor: await signIn('editor@example.com'),
    member: await signIn('member@example.com'),
  }
  /** The same browser before the other instance. */
  const over = (browser: Client) => createClient(there.url, there.url, browser.jar.cloneSync())
  const editorId = dataOf(await people.editor.execute(MeDocument)).me?.id ?? ''
  return { database, ...people, over, editorId }
}

type Two = Awaited<ReturnType<typeof startTwo>>

async function createDocument(by: Client): Promise<string> {
  const made = dataOf(await by.execute(CreateDocumentDocument, { title: 'Plan', body: '' })).createDocument
  return made?.id ?? ''
}

interface Heard {
  next(): Promise<Told | string>
  within(milliseconds: number): Promise<Told | string | null>
}

const transports: Record<string, (as: Client, id: string) => Promise<Heard>> = {
  'server-sent events': (as, id) => openEvents(as, documentChanged, { id }),
  WebSocket: (as, id) => subscribe(as, documentChanged, { id }),
}

/** Opens it on the other instance, and resolves once it is told of what happens on the first. */
async function listen({ member, over }: Two, open: (typeof transports)[string], as: Client, id: string, limit: number) {
  const events = await open(over(as), id)
  for (let tries = 0; tries < 20; tries++) {
    dataOf(await member.execute(UpdateDocumentDocument, { id, title: `Begun ${tries}` }))
    if ((await events.within(limit)) !== null) break
  }
  while (await events.within(300));
  return events
}

/** Does something on the first instance; gives how it was told on the other, and after how many milliseconds. */
async function measure(events: Heard, change: () => Promise<unknown>, isIt: (told: Told | string) => boolean) {
  await change()
  const since = performance.now()
  for (;;) {
    const told = await events.next()
    if (isIt(told)) return { told, after: performance.now() - since }
    if (typeof told === 'string') throw new Error(`It ended: ${told}`)
  }
}

const codeIs = (code: string) => (told: Told | string) =>
  typeof told === 'object' && told.errors?.[0]?.extensions.code === code
const titleIs = (title: string) => (told: Told | string) =>
  typeof told === 'object' && (told.data?.documentChanged as { title?: string } | null)?.title === title

/** Each of what may happen on the first instance, and within how long the other tells of it. */
async function tellsOfAll(two: Two, open: (typeof transports)[string], limit: number): Promise<Record<string, number>> {
  const { admin, editor, member, over, editorId } = two
  const took: Record<string, number> = {}
  const expectWithin = async (what: string, measured: ReturnType<typeof measure>) => {
    const { after } = await measured
    took[what] = Math.round(after)
    expect(after, what).toBeLessThan(limit)
  }
  const with_ = { userId: editorId }
  const create = async () => {
    const id = await createDocument(member)
    dataOf(await member.execute(ShareDocumentDocument, { id, with: with_, level: 'READ' }))
    return id
  }

  const id = await create()
  const events = await listen(two, open, editor, id, limit)
  const rename = () => member.execute(UpdateDocumentDocument, { id, title: 'Elsewhere' })
  await expectWithin('a change', measure(events, rename, titleIs('Elsewhere')))
  const withdraw = async () => {
    dataOf(await admin.execute(WithdrawRoleDocument, { userId: editorId, role: 'EDITOR' }))
  }
  await expectWithin('a withdrawn role', measure(events, withdraw, codeIs('FORBIDDEN')))
  dataOf(await admin.execute('mutation ($id: ID!) { assignRole(userId: $id, role: MEMBER) { id } }', { id: editorId }))

  const second = await create()
  const shared = await listen(two, open, editor, second, limit)
  const unshare = () => member.execute(UnshareDocumentDocument, { id: second, with: with_ })
  await expectWithin('a share taken back', measure(shared, unshare, codeIs('FORBIDDEN')))

  const third = await create()
  const deleted = await listen(two, open, editor, third, limit)
  const remove = () => member.execute(DeleteDocumentDocument, { id: third })
  await expectWithin('a deletion', measure(deleted, remove, codeIs('FORBIDDEN')))

  const fourth = await create()
  const ended = await listen(two, open, editor, fourth, limit)
  await expectWithin(
    'the end of a session',
    measure(ended, () => editor.execute(LogoutDocument), codeIs('UNAUTHENTICATED')),
  )
  expect(await openEventsCode(over(editor), fourth)).toBe('UNAUTHENTICATED')
  dataOf(await editor.login('editor@example.com'))
  dataOf(await admin.execute('mutation ($id: ID!) { assignRole(userId: $id, role: EDITOR) { id } }', { id: editorId }))
  return took
}

async function openEventsCode(as: Client, id: string): Promise<string | undefined> {
  const told = await (await openEvents(as, documentChanged, { id })).next()
  return typeof told === 'object' ? told.errors?.[0]?.extensions.code : told
}

describe.each(Object.entries(transports))('a subscription by %s on another instance', (name, open) => {
  it('is told of all that happens within a second', { timeout: 180_000 }, async () => {
    const took = await tellsOfAll(await startTwo(), open, 1_000)
    console.log(`told by ${name} on another instance after ms: ${JSON.stringify(took)}`)
  })

  it('is told within five seconds where notifications are off', { timeout: 300_000 }, async () => {
    const took = await tellsOfAll(await startTwo({ DATABASE_NOTIFICATIONS: 'off' }), open, 5_500)
    console.log(`told by ${name} without notifications after ms: ${JSON.stringify(took)}`)
  })

  it('is told within five seconds of what happens while nothing is listened to', { timeout: 180_000 }, async () => {
    const two = await startTwo()
    const { member, editor, editorId, database } = two
    const id = await createDocument(member)
    dataOf(await member.execute(ShareDocumentDocument, { id, with: { userId: editorId }, level: 'READ' }))
    const events = await listen(two, open, editor, id, 1_000)
    const client = new pg.Client({ connectionString: database })
    client.on('error', () => {})
    await client.connect()
    onTestFinished(() => client.end())
    const cut = async () => {
      const { rowCount } = await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse notifications' AND datname = current_database()",
      )
      expect(rowCount).toBeGreaterThan(0)
    }
    // Past the server, so that nobody tells of it at all.
    const change = async () => {
      await cut()
      await client.query("UPDATE documents SET title = 'Unheard' WHERE id = $1", [id])
    }
    const changed = await measure(events, change, titleIs('Unheard'))
    expect(changed.after).toBeLessThan(5_000)
    await expect
      .poll(
        async () =>
          (
            await client.query(
              "SELECT 1 FROM pg_stat_activity WHERE application_name = 'gatehouse notifications' AND datname = current_database()",
            )
          ).rowCount,
        { timeout: 10_000 },
      )
      .toBe(2)
    while (await events.within(500));
    const end = async () => {
      await cut()
      await client.query("UPDATE sessions SET ended_at = created_at, end_reason = 'REVOKED' WHERE user_id = $1", [
        editorId,
      ])
    }
    const ended = await measure(events, end, codeIs('UNAUTHENTICATED'))
    expect(ended.after).toBeLessThan(5_500)
    console.log(`after its connection broke, told by ${name}: ${JSON.stringify([changed.after, ended.after])}`)
  })
})
