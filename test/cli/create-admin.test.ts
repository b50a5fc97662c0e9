import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAdmin } from '../../src/cli/create-admin.ts'
import { createClient } from '../support/client.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { runProgram } from '../support/process.ts'
import { createFolder, type Env, productionEnv, startServer, testKeys } from '../support/server.ts'

const password = 'correct horse battery staple'
const email = 'ada@example.com'

/** The command on a database of its own, set up as in production. */
function prepare() {
  const path = join(createFolder(), 'gatehouse.db')
  const env: Env = { ...productionEnv, JWT_KEYS: testKeys, DATABASE_URL: `file:${path}` }
  return {
    env,
    path,
    run: (args: string[], input = `${password}\n`) => runProgram('cli/admin.ts', { args, input, env }),
  }
}

describe('npm run admin -- create-admin', () => {
  it('makes an administrator who can sign in, and says so without the password', async () => {
    const { run, env, path } = prepare()
    const outcome = await run(['create-admin', email, '--name', 'Ada Lovelace'])
    expect(outcome).toEqual({
      code: 0,
      stdout: `${email} is an administrator now, and can sign in.\n`,
      stderr: '',
    })
    expect(JSON.stringify(dumpDatabase(path))).not.toContain(password)

    const { url } = await startServer({ env })
    const client = createClient(url, productionEnv.PUBLIC_URL)
    dataOf(await client.login(email, password))
    const { me } = dataOf(await client.execute('{ me { name roles emailVerified } }'))
    expect(me).toEqual({ name: 'Ada Lovelace', roles: ['ADMIN'], emailVerified: true })
    const { auditEvents } = dataOf(await client.execute('{ auditEvents { edges { node { action actorId detail } } } }'))
    expect(auditEvents).toMatchObject({
      edges: [
        { node: { action: 'LOGIN_SUCCEEDED' } },
        { node: { action: 'ROLE_ASSIGNED', actorId: null, detail: 'ADMIN' } },
        { node: { action: 'USER_REGISTERED', actorId: null, detail: null } },
      ],
    })
  })

  it('refuses an address that has an account, in any letter case, and writes nothing', async () => {
    const { run, path } = prepare()
    await run(['create-admin', email])
    const before = dumpDatabase(path)
    const { code, stdout, stderr } = await run(['create-admin', 'Ada@Example.com'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe('Ada@Example.com has an account already: an administrator can assign it the role ADMIN\n')
    expect(dumpDatabase(path)).toEqual(before)
  })

  it.each([
    ['a common password', 'passwordpassword\n'],
    ['no password', ''],
  ])('refuses %s, which it does not repeat, and writes nothing', async (_, input) => {
    const { run, path } = prepare()
    const { code, stdout, stderr } = await run(['create-admin', email], input)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^.*password.*\n$/i)
    expect(stderr).not.toContain('passwordpassword')
    expect(dumpDatabase(path)).toMatchObject({ users: [], credentials: [], role_assignments: [], audit_events: [] })
  })

  it.each([
    [['create-admin'], 'create-admin takes one address'],
    [['create-admin', 'ada'], 'ada is not an email address'],
    [['create-admin', email, '--role', 'MEMBER'], "Unknown option '--role'"],
  ])('tells how it is used after %j, and opens no database', async (args, message) => {
    const { run, path } = prepare()
    const { code, stdout, stderr } = await run(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.startsWith(message)).toBe(true)
    expect(stderr).toContain('Usage: npm run admin -- create-admin <email>')
    expect(existsSync(path)).toBe(false)
  })

  it('tells how it is used when asked', async () => {
    const { run, path } = prepare()
    const { code, stdout, stderr } = await run(['--help'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Usage: npm run admin -- create-admin <email>')
    expect(existsSync(path)).toBe(false)
  })

  it('tells every fault of the configuration at once', async () => {
    const args = ['create-admin', email]
    const env = { ...productionEnv, PORT: 'x', PUBLIC_URL: 'x', JWT_KEYS: '[]' }
    const { code, stdout, stderr } = await runProgram('cli/admin.ts', { args, env, input: password })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^The configuration has 3 faults:\n {2}PORT: .*\n {2}PUBLIC_URL: .*\n {2}JWT_KEYS: .*\n$/)
  })
})

describe('createAdmin()', () => {
  it.each([
    ['password', { password: 'too short' }],
    ['password', { password: email }],
    ['password', { password: 'Ada Lovelace Ada' }],
    ['--name', { name: ' ' }],
    ['--name', { name: 'x'.repeat(101) }],
  ])('names %s when it will not do, and writes nothing', async (argument, change) => {
    const { application, databasePath } = await startServer()
    const before = dumpDatabase(databasePath)
    const input = { email, name: 'Ada Lovelace', password, ...change }
    await expect(createAdmin(application, input)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument })
    expect(dumpDatabase(databasePath)).toEqual(before)
  })
})
