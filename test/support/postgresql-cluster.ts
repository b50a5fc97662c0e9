import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { onTestFinished } from 'vitest'

/** A PostgreSQL server of one test's own, which may be stopped, and ends with the test. */
export interface Cluster {
  /** Of the database that every cluster has. */
  url: string
  start(): Promise<void>
  /** `fast` ends its connections and writes everything down; `immediate` is as if it had crashed. */
  stop(how: 'fast' | 'immediate'): Promise<void>
  /** Stops the clock for all of its processes: it neither answers nor hangs up. */
  pause(): void
  resume(): void
  query(text: string): Promise<unknown[]>
}

/** As whom it runs: PostgreSQL refuses to be root. */
function findUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** @param maxConnections - of which three are for superusers */
export async function startCluster({ maxConnections = 100 } = {}): Promise<Cluster> {
  const bin = process.env.POSTGRESQL_BIN
  if (!bin) throw new Error('POSTGRESQL_BIN should name the folder of initdb: .ci/with-postgresql sets it')
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cluster-'))
  const user = findUser()
  if (user) chownSync(folder, user.uid, user.gid)
  const as = { cwd: folder, ...user }
  const data = join(folder, 'data')
  const initialize = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', data]
  execFileSync(join(bin, 'initdb'), initialize, { ...as, stdio: 'ignore' })

  const port = await findFreePort()
  const urlOf = (name: string) => `postgres://${name}@127.0.0.1:${port}/postgres`
  const options = { listen_addresses: '127.0.0.1', fsync: 'off', max_connections: maxConnections }
  const set = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  let postgres: ChildProcess | null = null

  const query = async (text: string) => {
    const client = new pg.Client({ connectionString: urlOf('postgres'), connectionTimeoutMillis: 5_000 })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }
  /** The server, and the processes that it has for its connections and itself. */
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    const pid = postgres?.pid
    if (pid === undefined) throw new TypeError('It does not run')
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    for (const each of [pid, ...children.map(Number)]) {
      try {
        process.kill(each, name)
      } catch (error) {
        // One of those for its connections may have ended since.
        if (each === pid || (error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
  }

  const cluster: Cluster = {
    url: urlOf('gatehouse'),
    async start() {
      postgres = spawn(join(bin, 'postgres'), ['-D', data, '-p', `${port}`, '-k', folder, ...set], {
        ...as,
        stdio: 'ignore',
      })
      for (let attempt = 0; ; attempt++) {
        const failure = await query('SELECT 1').then(
          () => null,
          (error: unknown) => error,
        )
        if (failure === null) return
        if (attempt === 300) throw failure
        await sleep(100)
      }
    },
    async stop(how) {
      if (!postgres) return
      const ended = once(postgres, 'exit')
      postgres.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await ended
      postgres = null
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    query,
  }
  onTestFinished(async () => {
    if (postgres) signal('SIGCONT')
    await cluster.stop('immediate')
    rmSync(folder, { recursive: true, force: true })
  })
  await cluster.start()
  // No superuser: for those a server keeps connections back.
  await query('CREATE ROLE gatehouse LOGIN')
  await query('GRANT ALL ON SCHEMA public TO gatehouse')
  return cluster
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const closed = once(server, 'close')
  server.close()
  await closed
  return typeof address === 'object' && address ? address.port : 0
}
