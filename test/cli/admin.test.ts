import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openSqlite } from '../../src/database/sqlite.ts'
import { createStores, type Stores } from '../../src/database/stores/index.ts'
import { createId } from '../../src/id.ts'
import { deriveKey, parseMasterKey } from '../../src/identity/master-key.ts'
import { createThrottle } from '../../src/identity/throttle.ts'
import { defaultThrottleSettings } from '../../src/identity/throttle-settings.ts'
import type { Role, User } from '../../src/identity/user.ts'
import { dumpDatabase } from '../support/house.ts'
import { runProgram } from '../support/process.ts'
import { createFolder, type Env, productionEnv, testKeys } from '../support/server.ts'
import { keepEverythingOf, secretTraces, traces } from '../support/whole-person.ts'

const folderOf = () => join(createFolder(), 'gatehouse.db')
const envOf = (path: string): Env => ({ ...productionEnv, JWT_KEYS: testKeys, DATABASE_URL: `file:${path}` })
const commandLine = { ip_address: null, user_agent: 'command line' }

/** A database with an administrator and a member of whom something is kept everywhere; gives the command on it. */
async function prepare() {
  const path = folderOf()
  const database = await openSqlite({ path })
  const stores = createStores(database)
  const admin = await addUser(stores, 'Grace Hopper', 'ADMIN')
  const member = await addUser(stores, 'Ada Lovelace', 'MEMBER')
  await keepEverythingOf(stores, member, admin, new Date())
  await database.close()
  const run = (...args: string[]) => runProgram('cli/admin.ts', { args, env: envOf(path) })
  return { run, path, admin, member, dump: () => dumpDatabase(path) }
}

async function addUser({ users }: Stores, name: string, role: Role): Promise<User> {
  const email = `${name.split(' ')[0]?.toLowerCase()}@example.com`
  const user = { id: createId(), name, email, emailVerified: true, suspended: false, createdAt: new Date() }
  await users.create({ ...user, roles: [role] })
  return { ...user, roles: [role] }
}

type Prepared = Awaited<ReturnType<typeof prepare>>

/** What a command recorded, in order, with where it came from. */
function recorded({ dump }: Prepared, before: ReturnType<Prepared['dump']>) {
  const { audit_events: events = [], audit_origins: origins = [] } = dump()
  return events.slice(before.audit_events?.length).map((row) => {
    const event = row as Record<string, unknown>
    const origin = origins.map((other) => other as Record<string, unknown>).find((o) => o.event_id === event.id)
    const { action, actor_id, subject_id, detail } = event
    return { action, actor_id, subject_id, detail, ip_address: origin?.ip_address, user_agent: origin?.user_agent }
  })
}

describe('npm run admin', () => {
  it('lists every command, and tells more of each', { timeout: 60_000 }, async () => {
    const path = folderOf()
    const overview = await runProgram('cli/admin.ts', { args: ['--help'], env: envOf(path) })
    expect([overview.code, overview.stderr]).toEqual([0, ''])
    const names = [...overview.stdout.matchAll(/npm run admin -- ([\w-]+)/g)].map(([, name = '']) => name)
    expect(new Set(names).size).toBeGreaterThanOrEqual(6)
    const runs = [...new Set(names)].map(async (name) => ({
      name,
      ...(await runProgram('cli/admin.ts', { args: [name, '--help'], env: envOf(path) })),
    }))
    for (const { name, code, stdout, stderr } of await Promise.all(runs)) {
      expect([code, stderr], name).toEqual([0, ''])
      expect(stdout).toMatch(new RegExp(`^Usage: npm run admin -- ${name}`))
      expect(stdout.length).toBeGreaterThan(100)
    }
    expect(existsSync(path)).toBe(false)
  })

  it.each([
    [['users'], 'users does one of two things: list and show'],
    [['users', 'list', 'ada'], 'users list takes no argument'],
    [['users', 'list', '--search', 'x'.repeat(201)], '--search must have at most 200 characters'],
    [['users', 'show'], 'users show takes one user'],
    [['users', 'show', 'ada', '--search', 'x'], '--search goes with users list'],
    [['roles', 'grant', 'ada', 'ADMIN'], 'roles does one of two things: assign and withdraw'],
    [['roles', 'assign', 'ada'], 'roles assign takes a user and a role'],
    [['roles', 'assign', 'ada', 'admin'], 'The role should be one of MEMBER, EDITOR, ADMIN, not admin'],
    [['reset-second-factor'], 'reset-second-factor takes one user'],
    [['revoke-sessions', 'ada', 'grace'], 'revoke-sessions takes one user'],
    [['backup'], 'backup takes one file'],
    [['export', 'a', 'b'], 'export takes one file'],
    [['import'], 'import takes one file'],
    [['export-user', '--all'], "Unknown option '--all'"],
    [['export-user', ''], 'export-user takes one user'],
    [['users', 'show', ''], 'users show takes one user'],
    [['roles', 'assign', '', 'ADMIN'], 'roles assign takes one user'],
    [['roles', 'withdraw', 'ada', 'MEMBER', 'EDITOR'], 'roles withdraw takes a user and a role'],
    [['reset-second-factor', 'ada', '--force'], "Unknown option '--force'"],
    [['revoke-sessions', '--all'], "Unknown option '--all'"],
    [['purge', '--all'], "Unknown option '--all'"],
    [['create-admin', 'ada@example.com', '--role', 'ADMIN'], "Unknown option '--role'"],
  ])('tells how it is used after %j, with exit code 2, and opens no database', async (args, message) => {
    const path = folderOf()
    const { code, stdout, stderr } = await runProgram('cli/admin.ts', { args, env: envOf(path) })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.startsWith(message)).toBe(true)
    expect(stderr).toContain(`Usage: npm run admin -- ${args[0]}`)
    expect(existsSync(path)).toBe(false)
  })

  it.each(['export', 'import', 'backup'])('tells in a line of a file that cannot be opened: %s', async (command) => {
    const { run, path, dump } = await prepare()
    const before = dump()
    const file = `${path}-folder/that/is/not/there`
    const { code, stdout, stderr } = await run(command, file)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^ENOENT: no such file or directory, .*\n$/)
    expect(stderr).toContain(file)
    expect(dump()).toEqual(before)
  })

  it('tells of a user who is not there, and writes nothing', async () => {
    const { run, dump } = await prepare()
    const before = dump()
    for (const args of [
      ['users', 'show', 'nobody@example.com'],
      ['roles', 'assign', 'nobody@example.com', 'EDITOR'],
      ['reset-second-factor', 'nobody@example.com'],
      ['revoke-sessions', 'nobody@example.com'],
      ['export-user', 'nobody@example.com'],
    ]) {
      const { code, stdout, stderr } = await run(...args)
      expect([code, stdout], args[0]).toEqual([1, ''])
      expect(stderr).toBe('There is no user with the address or id nobody@example.com\n')
    }
    expect(dump()).toEqual(before)
  })
})

describe('npm run admin -- users', () => {
  it('lists users, those who are searched for, and shows one without secrets, writing nothing', async () => {
    const { run, dump, admin, member } = await prepare()
    const before = dump()
    const all = await run('users', 'list')
    expect([all.code, all.stderr]).toEqual([0, ''])
    expect(all.stdout.split('\n')).toEqual([
      `${admin.id}  grace@example.com  ADMIN,EDITOR  Grace Hopper`,
      `${member.id}  ada@example.com  MEMBER  Ada Lovelace`,
      '',
    ])
    expect((await run('users', 'list', '--search', 'LOVE')).stdout).toMatch(/^\S+ {2}ada@example.com.*\n$/)

    const shown = await run('users', 'show', 'ADA@example.com')
    expect([shown.code, shown.stderr]).toEqual([0, ''])
    for (const fact of [
      /^id +\S+$/m,
      /^address +ada@example.com \(verified\)$/m,
      /^state +active$/m,
      /^password +set$/m,
      /^passkeys +Telltale key$/m,
      /^providers +example$/m,
      /^second factor +none$/m,
      /^recovery codes +1 unused$/m,
      /^API tokens +Telltale token$/m,
    ])
      expect(shown.stdout).toMatch(fact)
    for (const secret of Object.values(secretTraces)) expect(shown.stdout).not.toContain(secret)
    expect((await run('users', 'show', member.id)).stdout).toBe(shown.stdout)
    expect(dump()).toEqual(before)
  })
})

describe('npm run admin -- roles', () => {
  it('assigns and withdraws, recorded as the command line’s', async () => {
    const prepared = await prepare()
    const { run, dump, member } = prepared
    const before = dump()
    const assigned = await run('roles', 'assign', 'ada@example.com', 'EDITOR')
    expect(assigned).toEqual({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/now: (MEMBER, EDITOR|EDITOR, MEMBER)\n$/),
    })
    const withdrawn = await run('roles', 'withdraw', member.id, 'EDITOR')
    expect(withdrawn.stdout).toBe('ada@example.com has these roles now: MEMBER\n')
    const event = { actor_id: null, subject_id: member.id, detail: 'EDITOR', ...commandLine }
    expect(recorded(prepared, before)).toEqual([
      { action: 'ROLE_ASSIGNED', ...event },
      { action: 'ROLE_WITHDRAWN', ...event },
    ])
  })

  it('refuses to withdraw the last ADMIN, and writes nothing', async () => {
    const { run, dump } = await prepare()
    const before = dump()
    const { code, stdout, stderr } = await run('roles', 'withdraw', 'grace@example.com', 'ADMIN')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe('The last ADMIN cannot lose the role: assign the role to somebody else first\n')
    expect(dump()).toEqual(before)
  })
})

describe('npm run admin -- reset-second-factor', () => {
  it('takes app and recovery codes away and ends the sessions, recorded as the command line’s', async () => {
    const prepared = await prepare()
    const { run, dump, member } = prepared
    const before = dump()
    const outcome = await run('reset-second-factor', 'ada@example.com')
    expect(outcome).toEqual({
      code: 0,
      stdout: 'ada@example.com has no second factor now, and is signed out everywhere.\n',
      stderr: '',
    })
    const after = dump()
    expect([after.totp_authenticators, after.recovery_codes]).toEqual([[], []])
    expect(after.passkeys).toEqual(before.passkeys)
    expect(after.credentials).toEqual(before.credentials)
    for (const session of after.sessions ?? []) expect(session).toMatchObject({ end_reason: 'REVOKED' })
    const [reset, ...revoked] = recorded(prepared, before)
    expect(reset).toEqual({
      action: 'SECOND_FACTOR_RESET',
      actor_id: null,
      subject_id: member.id,
      detail: null,
      ...commandLine,
    })
    expect(revoked).toHaveLength(2)
    for (const event of revoked)
      expect(event).toMatchObject({ action: 'SESSION_REVOKED', detail: 'second factor reset', ...commandLine })
  })

  it('opens the second step that failures had locked, and no other user’s', async () => {
    const { run, path, admin, member } = await prepare()
    const database = await openSqlite({ path })
    const throttle = createThrottle({
      store: createStores(database).throttle,
      secret: deriveKey(parseMasterKey(productionEnv.MASTER_KEY ?? ''), 'throttle'),
      clock: systemClock,
      settings: { ...defaultThrottleSettings, secondFactorWaits: [3600] },
    })
    const attempt = ({ id }: User) =>
      throttle.admitSecondFactor({ userId: id, ipAddress: null, device: null }).then(
        () => 'admitted',
        ({ code }) => code,
      )
    for (const user of [member, admin]) expect(await attempt(user)).toBe('admitted')
    for (const user of [member, admin]) expect(await attempt(user)).toBe('RATE_LIMITED')
    expect((await run('reset-second-factor', 'nobody@example.com')).code).toBe(1)
    expect(await attempt(member)).toBe('RATE_LIMITED')
    expect((await run('reset-second-factor', 'ada@example.com')).code).toBe(0)
    expect(await attempt(member)).toBe('admitted')
    expect(await attempt(admin)).toBe('RATE_LIMITED')
    await database.close()
  })

  it('refuses a user who has none, and writes nothing', async () => {
    const { run, dump } = await prepare()
    const before = dump()
    const { code, stdout, stderr } = await run('reset-second-factor', 'grace@example.com')
    expect([code, stdout, stderr]).toEqual([1, '', 'This user has no second factor\n'])
    expect(dump()).toEqual(before)
  })
})

describe('npm run admin -- revoke-sessions', () => {
  it('ends browsers and API tokens of the user, recorded as the command line’s', async () => {
    const prepared = await prepare()
    const { run, dump } = prepared
    const before = dump()
    expect((await run('revoke-sessions', 'ada@example.com')).stdout).toBe('2 sessions of ada@example.com ended.\n')
    for (const session of dump().sessions ?? []) expect(session).toMatchObject({ end_reason: 'REVOKED' })
    const events = recorded(prepared, before)
    expect(events).toHaveLength(2)
    for (const event of events)
      expect(event).toMatchObject({ action: 'SESSION_REVOKED', actor_id: null, ...commandLine })
    expect((await run('revoke-sessions', 'ada@example.com')).stdout).toBe('0 sessions of ada@example.com ended.\n')
    expect(recorded(prepared, before)).toHaveLength(2)
  })
})

describe('npm run admin -- purge', () => {
  it('deletes audit events past the retention that is set, all of them, and nothing younger', async () => {
    const path = folderOf()
    const database = await openSqlite({ path })
    const { audit } = createStores(database)
    const eventOf = (id: string, days: number) =>
      ({
        id,
        action: 'LOGOUT',
        actorId: null,
        subject: null,
        detail: null,
        ipAddress: null,
        userAgent: null,
        occurredAt: new Date(Date.now() - days * 86_400_000),
      }) as const
    await database.transaction(async () => {
      for (let count = 0; count < 600; count++) await audit.append(eventOf(`old ${count}`, 101))
      await audit.append(eventOf('young', 99))
    })
    await database.close()
    const run = (days: string) =>
      runProgram('cli/admin.ts', { args: ['purge'], env: { ...envOf(path), AUDIT_RETENTION_DAYS: days } })

    const refused = await run('89')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('AUDIT_RETENTION_DAYS')])
    expect(dumpDatabase(path).audit_events).toHaveLength(601)
    const purged = await run('100')
    expect([purged.code, purged.stderr]).toEqual([0, ''])
    expect(purged.stdout).toContain('600 audit events')
    expect(dumpDatabase(path).audit_events).toMatchObject([{ id: 'young' }])
  })
})

describe('npm run admin -- export-user', () => {
  it('prints all that is kept of the user as JSON, without secrets, and records that it did', async () => {
    const prepared = await prepare()
    const { run, dump, member } = prepared
    const before = dump()
    const { code, stdout, stderr } = await run('export-user', 'ada@example.com')
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ account: [{ id: member.id, email: member.email }] })
    for (const trace of Object.values(traces)) expect(stdout).toContain(trace)
    for (const secret of Object.values(secretTraces)) expect(stdout).not.toContain(secret)
    expect(recorded(prepared, before)).toEqual([
      { action: 'PERSONAL_DATA_EXPORTED', actor_id: null, subject_id: member.id, detail: null, ...commandLine },
    ])
  })
})
