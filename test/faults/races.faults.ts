import { describe, expect, it, onTestFinished } from 'vitest'
import {
  AssignRoleDocument,
  MeDocument,
  RegisterDocument,
  WithdrawRoleDocument,
} from '../support/__generated__/operations.ts'
import { type Answer, codes, createClient } from '../support/client.ts'
import { dataOf, dumpDatabase, strangersPassword } from '../support/house.ts'
import { findHalves, nextNetwork } from '../support/ledger.ts'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { productionEnv, startServer, type TestServer } from '../support/server.ts'

/** Two instances on PostgreSQL, one on SQLite: that is how they are run. */
async function open(kind: 'sqlite' | 'postgresql'): Promise<{ servers: [TestServer, TestServer]; path: string }> {
  const env = { MASTER_KEY: productionEnv.MASTER_KEY ?? '', TRUST_PROXY: '1' }
  if (kind === 'sqlite') {
    const server = await startServer({ env })
    return { servers: [server, server], path: server.databasePath }
  }
  const url = await createDatabase()
  onTestFinished(() => dropDatabase(url))
  const start = () => startServer({ env: { ...env, DATABASE_URL: url } })
  return { servers: [await start(), await start()], path: url }
}

describe.each(['sqlite', 'postgresql'] as const)('all at once, on %s', (kind) => {
  it('a thousand registrations of one address make one account', async () => {
    const { servers, path } = await open(kind)
    const person = { email: 'pat@example.com', password: strangersPassword, name: 'Pat' }
    const register = (index: number) =>
      createClient(servers[index % 2 ? 1 : 0].url).execute(RegisterDocument, person, {
        'x-forwarded-for': nextNetwork(),
      })
    // Fifty are on their way at any time: more than that wait for the machine, not for each other.
    const answers: Answer<unknown>[] = []
    const registerMany = async (worker: number) => {
      for (let times = 0; times < 20; times++) answers.push(await register(worker))
    }
    await Promise.all(Array.from({ length: 50 }, (_, worker) => registerMany(worker)))
    expect(answers).toHaveLength(1000)
    const outcomes = Map.groupBy(answers, (answer) => codes(answer)[0] ?? 'made')
    expect(outcomes.get('made')).toHaveLength(1)
    expect(outcomes.get('CONFLICT')).toHaveLength(999)
    const { users = [] } = dumpDatabase(path) as { users?: { email: string }[] }
    expect(users.filter(({ email }) => email === person.email)).toHaveLength(1)
    expect(findHalves(path)).toEqual([])
  })

  it('the last two ADMINs who withdraw each other leave one', async () => {
    const { servers, path } = await open(kind)
    const [ada, edith] = servers.map(({ url }) => createClient(url)) as [
      ReturnType<typeof createClient>,
      ReturnType<typeof createClient>,
    ]
    dataOf(await ada.login('admin@example.com'))
    dataOf(await edith.login('editor@example.com'))
    const idOf = async (client: typeof ada) => dataOf(await client.execute(MeDocument)).me?.id ?? ''
    const [adas, ediths] = [await idOf(ada), await idOf(edith)]
    const admins = () => {
      const { role_assignments = [] } = dumpDatabase(path) as {
        role_assignments?: { user_id: string; role: string }[]
      }
      return role_assignments.filter(({ role }) => role === 'ADMIN').map(({ user_id }) => user_id)
    }

    for (let round = 0; round < 20; round++) {
      const [keeper] = admins()
      const assigner = keeper === adas ? ada : edith
      const other = keeper === adas ? ediths : adas
      dataOf(await assigner.execute(AssignRoleDocument, { userId: other, role: 'ADMIN' }))
      expect(admins()).toHaveLength(2)
      // Their own every second time: then neither can be told that they may not any more.
      const own = round % 2 === 1
      const answers = await Promise.all([
        ada.execute(WithdrawRoleDocument, { userId: own ? adas : ediths, role: 'ADMIN' }),
        edith.execute(WithdrawRoleDocument, { userId: own ? ediths : adas, role: 'ADMIN' }),
      ])
      expect(answers.filter((answer) => codes(answer).length === 0)).toHaveLength(1)
      expect(['CONFLICT', 'FORBIDDEN']).toContain(answers.flatMap(codes)[0])
      expect(admins()).toHaveLength(1)
    }
  })
})
