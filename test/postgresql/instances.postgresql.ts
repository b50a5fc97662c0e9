import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  AssignRoleDocument,
  AuditEventsDocument,
  LogoutDocument,
  MeDocument,
  WithdrawRoleDocument,
} from '../support/__generated__/operations.ts'
import { type Client, codes, createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { runProgram, startServerProgram } from '../support/process.ts'
import { createFolder, type Env, productionEnv, testKeys } from '../support/server.ts'

const shared: Env = {
  PUBLIC_URL: 'http://localhost:4000',
  MASTER_KEY: productionEnv.MASTER_KEY ?? '',
  LOG_LEVEL: 'info',
}

/** Three servers in processes of their own, which have nothing in common but a database. */
async function startThree(env: Env = {}) {
  const url = await createDatabase()
  onTestFinished(() => dropDatabase(url))
  const start = () => startServerProgram(createFolder(), { ...shared, DATABASE_URL: url, ...env })
  const [one, two, three] = await Promise.all([start(), start(), start()])
  return { url, urls: [one.url, two.url, three.url] as const }
}

/** The same cookies before another instance, kept apart: what one of them clears the others still send. */
const move = (url: string, browser: Client) => createClient(url, url, browser.jar.cloneSync())

/**
 * Asks without a pause until the answer is no more what it was.
 *
 * @returns when it first was another, in milliseconds since `start`, and how often it was the same after `start`
 */
async function watch(ask: () => Promise<boolean>, start: Promise<number>) {
  let since = Number.POSITIVE_INFINITY
  start.then((instant) => {
    since = instant
  })
  for (let still = 0; ; await sleep(5)) {
    const asked = performance.now()
    if (!(await ask())) return { after: performance.now() - (await start), still }
    if (asked > since) still++
  }
}

/** Does something on one instance, and measures when the others know. */
async function measure(asks: (() => Promise<boolean>)[], change: () => Promise<unknown>) {
  for (const ask of asks) expect(await ask()).toBe(true)
  const done = Promise.withResolvers<number>()
  const watched = asks.map((ask) => watch(ask, done.promise))
  // For some while, so that every instance remembers.
  await sleep(300)
  await change()
  done.resolve(performance.now())
  const all = await Promise.all(watched)
  return { latest: Math.max(...all.map(({ after }) => after)), still: Math.max(...all.map(({ still }) => still)) }
}

const isSignedIn = (client: Client) => async () => {
  const { body } = await client.execute(MeDocument)
  return Boolean(body.data?.me)
}

describe('three instances on one PostgreSQL', () => {
  it('all know a session, whichever it began on, and of its end within a second', { timeout: 120_000 }, async () => {
    const { urls } = await startThree()
    const browser = createClient(urls[0])
    dataOf(await browser.login('member@example.com'))
    const others = urls.slice(1).map((url) => move(url, browser))
    const { latest } = await measure(others.map(isSignedIn), () => browser.execute(LogoutDocument))
    console.log(`the end of a session was known everywhere after ${latest.toFixed(0)} ms`)
    expect(latest).toBeLessThan(1_000)
  })

  it('all know within a second that a role is withdrawn, and that it is assigned', { timeout: 120_000 }, async () => {
    const { urls } = await startThree()
    const admin = createClient(urls[0])
    const editor = createClient(urls[0])
    for (const [client, email] of [
      [admin, 'admin@example.com'],
      [editor, 'editor@example.com'],
    ] as const)
      dataOf(await client.login(email))
    const id = dataOf(await editor.execute(MeDocument)).me?.id ?? ''
    const role = { userId: id, role: 'ADMIN' } as const
    const others = urls.slice(1).map((url) => move(url, editor))
    const may = (client: Client) => async () =>
      codes(await client.execute(AuditEventsDocument, { first: 1 })).length === 0
    const mayNot = (client: Client) => async () => !(await may(client)())

    const assigned = await measure(others.map(mayNot), () => admin.execute(AssignRoleDocument, role))
    const withdrawn = await measure(others.map(may), () => admin.execute(WithdrawRoleDocument, role))
    console.log(
      `a role was known everywhere ${assigned.latest.toFixed(0)} ms after it was assigned, ${withdrawn.latest.toFixed(0)} ms after it was withdrawn`,
    )
    expect(assigned.latest).toBeLessThan(1_000)
    expect(withdrawn.latest).toBeLessThan(1_000)
  })

  it('know of what the command line does, too', { timeout: 120_000 }, async () => {
    const { url, urls } = await startThree()
    const browser = createClient(urls[0])
    dataOf(await browser.login('member@example.com'))
    const all = urls.map((at) => move(at, browser))
    const { latest } = await measure(all.map(isSignedIn), () =>
      runProgram('cli/admin.ts', {
        args: ['revoke-sessions', 'member@example.com'],
        env: { ...shared, JWT_KEYS: testKeys, DATABASE_URL: url },
      }),
    )
    expect(latest).toBeLessThan(1_000)
  })

  it('know within five seconds when notifications are lost', { timeout: 120_000 }, async () => {
    const { urls } = await startThree({ DATABASE_NOTIFICATIONS: 'off' })
    const browser = createClient(urls[0])
    dataOf(await browser.login('member@example.com'))
    const own = isSignedIn(move(urls[0], browser))
    const others = urls.slice(1).map((url) => move(url, browser))
    const { latest, still } = await measure(others.map(isSignedIn), () => browser.execute(LogoutDocument))
    console.log(`without notifications the end of a session was known everywhere after ${latest.toFixed(0)} ms`)
    expect(latest).toBeLessThan(5_500)
    // They did remember, or this would measure nothing.
    expect(still).toBeGreaterThan(0)
    expect(await own()).toBe(false)
  })

  it('know at once where nothing is remembered, notifications or not', { timeout: 120_000 }, async () => {
    const { urls } = await startThree({ DATABASE_NOTIFICATIONS: 'off', SESSION_CACHE: '0' })
    const browser = createClient(urls[0])
    dataOf(await browser.login('member@example.com'))
    const others = urls.slice(1).map((url) => move(url, browser))
    const { latest, still } = await measure(others.map(isSignedIn), () => browser.execute(LogoutDocument))
    expect(latest).toBeLessThan(1_000)
    expect(still).toBe(0)
  })
})
