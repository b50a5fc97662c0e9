import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { MeDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { findHalves, openLedger } from '../support/ledger.ts'
import { startServerProgram } from '../support/process.ts'
import { createFolder, type Env, productionEnv } from '../support/server.ts'

const shared: Env = { MASTER_KEY: productionEnv.MASTER_KEY ?? '', TRUST_PROXY: '1' }

/** Minutes that it may take: on a machine that has other things to do there are fewer rounds, but ten. */
const minutes = Number(process.env.FAULT_MINUTES ?? 10)
const leastRounds = 10

/**
 * Starts the server, has four clients write, and ends it by SIGKILL at an instant that nobody chose, so many times over
 * one database; then looks for what was answered.
 */
export async function killInRounds(rounds: number, databasePath: string, env: Env): Promise<void> {
  const folder = createFolder()
  const ledger = openLedger()
  const begin = () => startServerProgram(folder, { ...shared, ...env })
  const { jar } = await signInOnce(begin)

  const end = performance.now() + minutes * 60_000
  let round = 0
  for (; round < rounds && (round < leastRounds || performance.now() < end); round++) {
    const server = await begin()
    const client = createClient(server.url, server.url, jar)
    // It is back by itself, and nobody was signed out.
    expect(dataOf(await client.execute(MeDocument)).me?.email).toBe('member@example.com')
    let over = false
    const enough = () => over
    const due = ledger.counts.answered + randomInt(1, 30)
    const writers = [1, 2, 3].map(() => ledger.write(client, enough))
    writers.push(ledger.register(server.url, enough))
    while (ledger.counts.answered < due) await sleep(1)
    await sleep(randomInt(20))
    server.kill('SIGKILL')
    expect(await server.ended).toBeNull()
    over = true
    await Promise.all(writers)
  }

  const last = await begin()
  const client = createClient(last.url, last.url, jar)
  expect(await ledger.findLost(client, databasePath)).toEqual([])
  expect(findHalves(databasePath)).toEqual([])
  expect(ledger.counts.answered).toBeGreaterThan(round)
  console.log(`${round} times killed: ${ledger.counts.answered} writes were answered, none of them is lost`)
}

async function signInOnce(begin: () => ReturnType<typeof startServerProgram>) {
  const server = await begin()
  const client = createClient(server.url)
  dataOf(await client.login('member@example.com'))
  server.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  return client
}
