import { existsSync, readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { demoPassword, demoUsers } from '../src/demo.ts'
import { createClient } from './support/client.ts'
import { startCollector } from './support/collector.ts'
import { dataOf, dumpDatabase } from './support/house.ts'
import { runProgram, startProgram } from './support/process.ts'
import { createFolder, productionEnv, testKeys } from './support/server.ts'

/** Starts it in a new folder with the port alone set, as on a first `npm start`. */
function prepare() {
  const folder = createFolder()
  return { folder, path: join(folder, 'gatehouse.db'), DATABASE_URL: `file:${join(folder, 'gatehouse.db')}` }
}

describe('the first start in development', () => {
  it('tells where it is, who can sign in, and an operation that works as it stands', async () => {
    const { folder, DATABASE_URL } = prepare()
    const program = startProgram('main.ts', { env: { PORT: '0', DATABASE_URL } })
    const [greeting, url = ''] = await program.waitFor(
      /Gatehouse is ready: open (http:\/\/localhost:\d+)\/graphql in a browser.*\n {2}query \{.*?\n {2}\}\n/s,
    )
    for (const { email, role } of demoUsers) expect(greeting).toMatch(new RegExp(`${email} +${role}`))
    expect(greeting).toContain(`password: ${demoPassword}`)

    const client = createClient(url)
    const [, mutation = '', query = ''] =
      /\n( {2}mutation \{.*?\n {2}\}\n)\n( {2}query \{.*?\n {2}\}\n)/s.exec(greeting) ?? []
    expect(dataOf(await client.execute(mutation))).toMatchObject({ login: { user: { roles: ['EDITOR'] } } })
    expect(dataOf(await client.execute<{ documents: { totalCount: number } }>(query)).documents.totalCount).toBe(7)

    // The keys stand beside the database, for its owner alone, and are good after the next start too.
    for (const file of ['development-keys.json', 'development-master-key'])
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    program.kill('SIGINT')
    expect(await program.ended).toBe(0)
    expect(program.output.stderr).toBe('')
    const again = startProgram('main.ts', { env: { PORT: '0', DATABASE_URL, PUBLIC_URL: url } })
    await again.waitFor(/Gatehouse is ready/)
    expect(dumpDatabase(join(folder, 'gatehouse.db')).users).toHaveLength(demoUsers.length)
  })

  it('makes no demo users when told not to, and then tells of none', async () => {
    const { path, DATABASE_URL } = prepare()
    const program = startProgram('main.ts', { env: { PORT: '0', DATABASE_URL, SEED_DEMO: 'false' } })
    await program.waitFor(/Gatehouse is ready/)
    expect(dumpDatabase(path)).toMatchObject({ users: [], documents: [] })
    expect(program.output.stdout).not.toContain(demoPassword)
  })
})

describe('the first start in production', () => {
  it('makes nobody and greets nobody', async () => {
    const { folder, path, DATABASE_URL } = prepare()
    const env = { ...productionEnv, JWT_KEYS: testKeys, PORT: '0', DATABASE_URL }
    const program = startProgram('main.ts', { env })
    const [, url] = await program.waitFor(/Server listening at (http:[^"]+)/)
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    expect(dumpDatabase(path)).toMatchObject({ users: [], documents: [], audit_events: [] })
    expect(readdirSync(folder).filter((name) => name.startsWith('development'))).toEqual([])
    program.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    const lines = program.output.stdout.trimEnd().split('\n')
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ msg: expect.any(String) })
    expect(program.output.stdout).not.toContain('demo')
  })
})

describe('telemetry', () => {
  /** Has the program write down each module of OpenTelemetry that it loads. */
  const hooks = `import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) {
      if (url.includes('/@opentelemetry/') || url.includes('/src/telemetry/')) process.stderr.write(url + '\\n')
      return next(url, context)
    } })`
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(hooks)}`

  it('is not even loaded unless it is asked for', async () => {
    const env = { PORT: '0', SEED_DEMO: 'false', NODE_OPTIONS }
    const off = startProgram('main.ts', { env: { ...env, DATABASE_URL: prepare().DATABASE_URL } })
    await off.waitFor(/Gatehouse is ready/)
    expect(off.output.stderr).toBe('')
    const on = startProgram('main.ts', { env: { ...env, METRICS_PORT: '0', DATABASE_URL: prepare().DATABASE_URL } })
    await on.waitFor(/Gatehouse is ready/)
    expect(on.output.stderr).toContain('/@opentelemetry/api/')
    // Nothing is sent, so there is nothing to send it with.
    expect(on.output.stderr).toContain('/@opentelemetry/exporter-prometheus/')
    expect(on.output.stderr).not.toContain('-otlp-http/')
  })

  it('is sent before the process ends', async () => {
    const collector = await startCollector()
    const { DATABASE_URL } = prepare()
    const env = { PORT: '0', DATABASE_URL, SEED_DEMO: 'false', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
    const program = startProgram('main.ts', { env })
    const [, url = ''] = await program.waitFor(/open (http:\/\/localhost:\d+)\/graphql/)
    await createClient(url).execute('{ session { id } }')
    expect(collector.spans).toEqual([])
    program.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(collector.spans.map(({ name }) => name)).toContain('POST /graphql')
    expect(program.output.stderr).toBe('')
  })
})

describe('a start that cannot be', () => {
  it('tells every fault of the configuration at once, quotes no secret, and opens no database', async () => {
    const { path, DATABASE_URL } = prepare()
    const env = {
      ...productionEnv,
      PUBLIC_URL: 'http://api.example.com',
      PORT: '70000',
      SEED_DEMO: 'true',
      JWT_KEYS: '[{"kid":"a","alg":"HS256","secret":"aHVudGVyMg"}]',
      MASTER_KEY: 'aHVudGVyMg',
      LOG_LEVEL: 'loud',
      DATABASE_URL,
    }
    const { code, stdout, stderr } = await runProgram('main.ts', { env })
    expect([code, stdout]).toEqual([1, ''])
    const [head, ...faults] = stderr.trimEnd().split('\n')
    expect(head).toBe('The configuration has 6 faults:')
    const variables = faults.map((line) => line.trim().split(':', 1)[0])
    expect(variables.toSorted()).toEqual(['JWT_KEYS', 'LOG_LEVEL', 'MASTER_KEY', 'PORT', 'PUBLIC_URL', 'SEED_DEMO'])
    expect(stderr).not.toContain('aHVudGVyMg')
    expect(existsSync(path)).toBe(false)
  })

  it.each([
    ['PORT', {}],
    ['METRICS_PORT', { PORT: '0' }],
  ])('names the %s that something else listens on', async (variable, others) => {
    const other = createServer().listen(0, '127.0.0.1')
    const { promise, resolve } = Promise.withResolvers<number>()
    other.once('listening', () => {
      const address = other.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
    const port = await promise
    const { DATABASE_URL } = prepare()
    const { code, stderr } = await runProgram('main.ts', {
      env: { ...others, [variable]: `${port}`, DATABASE_URL, LOG_LEVEL: 'silent', SEED_DEMO: 'false' },
    })
    other.close()
    expect(code).toBe(1)
    expect(stderr).toBe(
      `The configuration has 1 fault:\n  ${variable}: should be free: something listens on ${port} already\n`,
    )
  })

  it('names the host for metrics that is no address of this machine', async () => {
    const { DATABASE_URL } = prepare()
    const env = { PORT: '0', METRICS_PORT: '0', METRICS_HOST: '203.0.113.1', DATABASE_URL, LOG_LEVEL: 'silent' }
    const { code, stderr } = await runProgram('main.ts', { env })
    expect(code).toBe(1)
    expect(stderr).toContain('METRICS_HOST: should be an address of this machine, not 203.0.113.1')
  })
})
