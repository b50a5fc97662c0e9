import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { MeDocument } from '../support/__generated__/operations.ts'
import { type Client, codes, createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { findHalves, type Ledger, openLedger } from '../support/ledger.ts'
import { type Cluster, startCluster } from '../support/postgresql-cluster.ts'
import { startServer, type TestServer } from '../support/server.ts'

interface Scene {
  cluster: Cluster
  server: TestServer
  client: Client
  ledger: Ledger
  /** The codes of the answers that a reader got meanwhile, and the text of each that it should not have got. */
  seen: Set<string>
}

/** Has clients write and read while `work` breaks something, and a while longer; then looks for what was answered. */
async function whileBusy(work: (scene: Scene) => Promise<void>, options = {}): Promise<Scene> {
  const cluster = await startCluster(options)
  const env = { DATABASE_URL: cluster.url, TRUST_PROXY: '1', SESSION_CACHE: '0' }
  const server = await startServer({ env })
  const client = createClient(server.url)
  dataOf(await client.login('member@example.com'))
  const scene: Scene = { cluster, server, client, ledger: openLedger(), seen: new Set() }
  const { ledger, seen } = scene

  let over = false
  const enough = () => over
  const read = async () => {
    while (!over) {
      const answer = await client.execute(MeDocument).catch(() => null)
      for (const code of answer ? codes(answer) : ['unsent']) seen.add(code)
      if (answer && !answer.body.errors && answer.body.data?.me?.email !== 'member@example.com') seen.add(answer.text)
      // What is wrong with the database is nobody's business.
      if (/postgres|connect|ECONN|terminat|remaining/i.test(answer?.text ?? '')) seen.add(answer?.text ?? '')
      await sleep(5)
    }
  }
  const people = [...[1, 2, 3].map(() => ledger.write(client, enough)), ledger.register(server.url, enough), read()]
  await untilMore(ledger, 20)
  await work(scene)
  // The service is back by itself: nobody restarts it, and who was signed in is still.
  await expect.poll(async () => (await client.send('/health/ready')).status, { timeout: 30_000 }).toBe(200)
  await untilMore(ledger, 20)
  over = true
  await Promise.all(people)
  expect(dataOf(await client.execute(MeDocument)).me?.email).toBe('member@example.com')
  expect(await ledger.findLost(client, cluster.url)).toEqual([])
  expect(findHalves(cluster.url)).toEqual([])
  console.log(`${ledger.counts.answered} writes were answered and kept, ${ledger.counts.failed} failed`)
  return scene
}

async function untilMore({ counts }: Ledger, writes: number): Promise<void> {
  const { answered } = counts
  await expect.poll(() => counts.answered - answered, { timeout: 60_000 }).toBeGreaterThan(writes)
}

/** Nobody is told that they are not who they are because the database is away. */
function expectMasked({ seen }: Scene): void {
  expect([...seen].filter((code) => code !== 'INTERNAL_SERVER_ERROR')).toEqual([])
}

describe('PostgreSQL in the middle of writes', () => {
  it('is restarted, and crashes: nothing that was answered is lost', async () => {
    const scene = await whileBusy(async ({ cluster, client }) => {
      await cluster.stop('fast')
      expect((await client.send('/health/ready')).status).toBe(503)
      expect((await client.send('/health/live')).status).toBe(200)
      await cluster.start()
      await expect.poll(async () => (await client.send('/health/ready')).status, { timeout: 30_000 }).toBe(200)
      await sleep(300)
      await cluster.stop('immediate')
      await cluster.start()
    })
    expect(scene.ledger.counts.failed).toBeGreaterThan(0)
    expect(scene.seen).toContain('INTERNAL_SERVER_ERROR')
    expectMasked(scene)
  })

  it('is paused: what waits is answered late or not at all, and nothing twice', async () => {
    const scene = await whileBusy(async ({ cluster, client, server }) => {
      cluster.pause()
      // Longer than a request may take: who waits is told so, and the server goes on.
      const waiting = await client.execute(MeDocument)
      expect([waiting.status, codes(waiting)]).toEqual([500, ['INTERNAL_SERVER_ERROR']])
      expect((await createClient(server.url).send('/health/live')).status).toBe(200)
      cluster.resume()
    })
    expectMasked(scene)
  })

  it('has no connection left for it: it does with those that it has, and takes more when there are', async () => {
    const scene = await whileBusy(
      async ({ cluster, ledger }) => {
        const hogs: pg.Client[] = []
        for (;;) {
          const hog = new pg.Client({ connectionString: cluster.url })
          hog.on('error', () => {})
          try {
            await hog.connect()
          } catch (error) {
            expect(error).toMatchObject({ code: '53300' })
            break
          }
          hogs.push(hog)
        }
        expect(hogs.length).toBeGreaterThan(0)
        // Those that it has are taken from it as well.
        await cluster.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse'",
        )
        const last = new pg.Client({ connectionString: cluster.url })
        await last.connect().catch(() => undefined)
        const { failed } = ledger.counts
        await expect.poll(() => ledger.counts.failed, { timeout: 30_000 }).toBeGreaterThan(failed)
        for (const hog of [...hogs, last]) await hog.end().catch(() => undefined)
      },
      { maxConnections: 15 },
    )
    expectMasked(scene)
  })
})
