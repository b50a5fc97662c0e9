import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { rotateKeys } from '../../src/identity/rotate-keys.ts'
import { createSetClock } from '../identity/set-clock.ts'
import { CreateDocumentDocument, MeDocument } from '../support/__generated__/operations.ts'
import { type Client, codes, createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { nextNetwork } from '../support/ledger.ts'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { productionEnv, startServer } from '../support/server.ts'

/** Milliseconds in which a second goes by: no test waits for half a minute. */
const second = 40
const commandLine = { actorId: null, ipAddress: null, userAgent: 'command line' }

describe('keys that are rotated while two instances are busy', () => {
  it('sign nobody out, on whichever instance they are', async () => {
    const url = await createDatabase()
    onTestFinished(() => dropDatabase(url))
    const clock = createSetClock(new Date().toISOString())
    const env = { DATABASE_URL: url, MASTER_KEY: productionEnv.MASTER_KEY ?? '', TRUST_PROXY: '1' }
    // Each reloads its keys every fifteen seconds, and not when the other does.
    const intervals = { reloadKeys: 15 * second, purge: 3_600_000 }
    const one = await startServer({ env, clock, intervals })
    await sleep(7 * second)
    const two = await startServer({ env, clock, intervals })
    const ticking = setInterval(() => clock.advance(1), second)
    onTestFinished(() => clearInterval(ticking))

    let over = false
    const kids = new Set<string>()
    const wrong: string[] = []
    /** Signs in on one instance, and is on the other at once. */
    const comeAndGo = async (from: string, to: string) => {
      while (!over) {
        const browser = createClient(from)
        const network = { 'x-forwarded-for': nextNetwork() }
        await browser.execute(
          'mutation { login(email: "member@example.com", password: "open sesame in development") { __typename } }',
          {},
          network,
        )
        const token = (await browser.cookie('session')) ?? ''
        kids.add(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid)
        for (const at of [to, from, to]) await use(createClient(at, at, browser.jar))
      }
    }
    const use = async (browser: Client) => {
      wrong.push(...codes(await browser.execute(MeDocument)))
      wrong.push(...codes(await browser.execute(CreateDocumentDocument, { title: 'A', body: '' })))
    }
    const people = [comeAndGo(one.url, two.url), comeAndGo(two.url, one.url)]
    for (const algorithm of ['ES256', 'HS256', 'ES256'] as const) {
      await rotateKeys(one.application.identity, { algorithm, emergency: false }, commandLine)
      await sleep(60 * second)
    }
    over = true
    await Promise.all(people)
    expect(wrong).toEqual([])
    // Every key has signed, or nothing was tried.
    expect(kids.size).toBe(4)
    dataOf(await createClient(one.url).login('member@example.com'))
  })
})
