import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { keysCommand } from '../../src/cli/keys.ts'
import { createClient, refusals } from '../support/client.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { runProgram } from '../support/process.ts'
import { createProgram, createToken } from '../support/program.ts'
import { createFolder, startServer, testKeys } from '../support/server.ts'

const MASTER_KEY = Buffer.alloc(32, 'm').toString('base64')

/** The command on a database of its own. */
function prepare() {
  const path = join(createFolder(), 'gatehouse.db')
  const env = { NODE_ENV: 'test', JWT_KEYS: testKeys, MASTER_KEY, DATABASE_URL: `file:${path}` }
  return {
    env,
    path,
    run: (args: string[], more = {}) =>
      runProgram('cli/admin.ts', { args: ['keys', ...args], env: { ...env, ...more } }),
  }
}

const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}/

describe('npm run admin -- keys', () => {
  it('makes a key, lists it, and retires another, and tells no secret', async () => {
    const { run, path } = prepare()
    const listed = await run(['list'])
    expect(listed).toEqual({ code: 0, stdout: 'test\tHS256\tsigns\tJWT_KEYS\n', stderr: '' })

    const rotated = await run(['rotate', '--algorithm', 'ES256'])
    expect(rotated).toMatchObject({ code: 0, stderr: '' })
    const kid = uuid.exec(rotated.stdout)?.[0] ?? ''
    expect(rotated.stdout).toBe(`The key ${kid} (ES256) signs in half a minute, when every server knows it.\n`)
    expect((await run(['list'])).stdout).toMatch(
      new RegExp(`^${kid}\tES256\t(signs|verifies)\tmade 2\\S+Z\ntest\tHS256\t(signs|verifies)\tJWT_KEYS\n$`),
    )

    expect(await run(['retire', 'test'])).toEqual({ code: 0, stdout: 'The key test is retired.\n', stderr: '' })
    expect((await run(['list'])).stdout).toMatch(/\ntest\tHS256\tretired 2\S+Z\tJWT_KEYS\n$/)
    const dump = JSON.stringify(dumpDatabase(path))
    expect(dump).not.toContain('PRIVATE KEY')
    expect(dumpDatabase(path).audit_events).toMatchObject([
      { action: 'SIGNING_KEY_ROTATED', actor_id: null, detail: kid },
      { action: 'SIGNING_KEY_RETIRED', actor_id: null, detail: 'test' },
    ])
    expect(dumpDatabase(path).audit_origins).toMatchObject([
      { user_agent: 'command line' },
      { user_agent: 'command line' },
    ])
  })

  it('makes a key of the algorithm that signs now unless told otherwise', async () => {
    const { run } = prepare()
    expect((await run(['rotate'])).stdout).toContain('(HS256)')
    await run(['rotate', '--algorithm', 'ES256'])
    expect((await run(['rotate'])).stdout).toContain('(ES256)')
  })

  it.each([
    [['retire', 'nothing'], 'There is no key nothing\n'],
    [['retire', 'test'], 'The key test is the last one: rotate first\n'],
  ])('refuses %j, and writes nothing', async (args, message) => {
    const { run, path } = prepare()
    expect(await run(args)).toEqual({ code: 1, stdout: '', stderr: message })
    expect(dumpDatabase(path)).toMatchObject({ signing_keys: [], audit_events: [] })
  })

  it.each([
    [[], 'keys does one of these: list, rotate, retire'],
    [['forge'], 'keys does one of these: list, rotate, retire'],
    [['list', 'all'], "Unexpected argument 'all'"],
    [['rotate', '--algorithm', 'none'], '--algorithm should be one of HS256, ES256, RS256, not none'],
    [['rotate', '--soon'], "Unknown option '--soon'"],
    [['retire'], 'keys retire takes one key'],
    [['retire', 'one', 'two'], 'keys retire takes one key'],
  ])('refuses the arguments %j', (args, message) => {
    expect(() => keysCommand.read(args)).toThrow(message)
  })

  it('tells how it is used after arguments that make no sense, and opens no database', async () => {
    const { run, path } = prepare()
    const { code, stdout, stderr } = await run(['retire'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Usage: npm run admin -- keys list')
    expect(existsSync(path)).toBe(false)
  })

  it('tells how it is used when asked', async () => {
    const { code, stdout } = await prepare().run(['--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('keys rotate [--algorithm <HS256|ES256|RS256>] [--emergency]')
  })
})

describe('a server that runs meanwhile', () => {
  it('signs with a new key without a restart, and signs everybody out in an emergency', async () => {
    const { env, run } = prepare()
    const server = await startServer({ env, intervals: { reloadKeys: 20, purge: 60_000 } })
    const client = createClient(server.url)
    dataOf(await client.login('member@example.com'))
    const { token } = await createToken(client)
    const program = createProgram(server.url, token)
    const published = async () => JSON.parse((await client.send('/.well-known/jwks.json')).text).keys

    await run(['rotate', '--algorithm', 'ES256'])
    await expect.poll(published).toMatchObject([{ kty: 'EC' }])
    for (const one of [client, program]) dataOf(await one.execute('{ me { id } }'))

    const [before] = await published()
    const oldCookie = (await client.cookie('session')) ?? ''
    const { stdout } = await run(['rotate', '--emergency'])
    expect(stdout).toMatch(/\nRetired: \S+, test\. Sessions that ended: 2\.\n$/)
    for (const one of [client, program])
      expect(refusals(await one.execute('{ me { id } }'))).toEqual([['UNAUTHENTICATED', 'me']])
    await expect.poll(async () => (await published())[0].kid).not.toBe(before.kid)
    expect(server.application.identity.tokens.verify(oldCookie)).toHaveProperty('fault')
    dataOf(await client.login('member@example.com'))
    dataOf(await client.execute('{ me { id } }'))
  })

  it('does not start with another master key than the keys were made under, and says so', async () => {
    const { env, run } = prepare()
    await run(['rotate'])
    const other = Buffer.alloc(32, 'o').toString('base64')
    await expect(startServer({ env: { ...env, MASTER_KEY: other } })).rejects.toThrow(
      /MASTER_KEY: should be the one under which signing key [0-9a-f-]{36} was made/,
    )
    // An emergency is the way out, when the old one is lost.
    await run(['rotate', '--emergency'], { MASTER_KEY: other })
    await startServer({ env: { ...env, MASTER_KEY: other } })
  })
})

describe('npm run admin -- purge', () => {
  it('deletes what has expired, and tells of what', async () => {
    const { env, path } = prepare()
    const outcome = await runProgram('cli/admin.ts', { args: ['purge'], env })
    expect(outcome).toEqual({
      code: 0,
      stdout: 'Deleted: 0 sessions, 0 one-time secrets, 0 mails, 0 throttle counters, 0 audit events.\n',
      stderr: '',
    })
    expect(dumpDatabase(path).users).toEqual([])
  })

  it('takes no arguments', async () => {
    const { env, path } = prepare()
    const { code, stderr } = await runProgram('cli/admin.ts', { args: ['purge', 'all'], env })
    expect(code).toBe(2)
    expect(stderr).toContain('Usage: npm run admin -- purge')
    expect(existsSync(path)).toBe(false)
  })
})
