import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { printSchema } from 'graphql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { showMatrix } from '../../src/cli/access/show-matrix.ts'
import { parseRoles, showSchema } from '../../src/cli/access/show-schema.ts'
import type { Surroundings } from '../../src/cli/access/subcommand.ts'
import { UsageError } from '../../src/cli/usage-error.ts'
import { accessMatrix, schemaForRoles } from '../../src/directives/index.ts'
import { createExecutableSchema } from '../../src/graphql/schema.ts'
import { buildTestSchema } from '../directives/harness.ts'

const project = fileURLToPath(new URL('../../', import.meta.url))

/** The command as a person gives it, in a folder of somebody else's and without any configuration. */
function access(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = join(project, 'src/cli/access.ts')
  const options = { cwd: tmpdir(), env: { PATH: process.env.PATH } }
  return new Promise((settle) => {
    const child = execFile(process.execPath, [command, ...args], options, (_, stdout, stderr) => {
      settle({ code: child.exitCode, stdout, stderr })
    })
  })
}

const sdl = `
  type Doc @hasRole(role: EDITOR) { text: String }
  type Query { doc: Doc @auth mine(id: ID): String @allow(any: [{ owner: "args.id" }]) open: String @public }
`

/** For the command within this process: a schema and a lock of the test's own. */
function surroundings(text = sdl, colours = false) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-access-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const lines: string[] = []
  const lock = join(folder, 'access.lock')
  const around: Surroundings = { schema: buildTestSchema(text), lock, print: (line) => lines.push(line), colours }
  return { ...around, output: () => lines.join('\n') }
}

describe('npm run access', () => {
  it('prints a table of every coordinate, readable in 120 columns, without colours where there is no terminal', async () => {
    const { code, stdout } = await access()
    expect(code).toBe(0)
    expect(stripVTControlCharacters(stdout)).toBe(stdout)
    const lines = stdout.split('\n')
    expect(lines.filter((line) => line.length > 120)).toEqual([])
    expect(lines[0]).toMatch(/^Query +anonymous +MEMBER +EDITOR +ADMIN +owner$/)
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}session +✓ allow +✓ allow +✓ allow +✓ allow +–$/))
    const elements = lines.filter((line) => line.startsWith('  '))
    expect(elements).toHaveLength(Object.keys(accessMatrix(createExecutableSchema())).length)
  })

  it('writes the same as a page, compared with a lock where one is given', () => {
    const { output, lock, ...around } = surroundings()
    const page = join(lock, '..', 'access.html')
    expect(showMatrix(['--html', page], { ...around, lock })).toBe(0)
    expect(output()).toBe('access.html is written: open it in a browser')
    const alone = readFileSync(page, 'utf8')
    expect(alone).toContain('"coordinate":"Doc.text"')
    expect(alone).toContain('"comparison":null')
    showMatrix(['--write'], { ...around, lock })
    writeFileSync(lock, readFileSync(lock, 'utf8').replace('EDITOR=allow', 'EDITOR=deny'))
    expect(showMatrix(['--html', page, '--compare', lock], { ...around, lock })).toBe(0)
    expect(readFileSync(page, 'utf8')).toContain(
      '"comparison":{"with":"access.lock","changes":[{"kind":"weakened","coordinate":"Doc"',
    )
  })

  it.each([[['--compare', 'old.lock']], [['--html', 'a.html', '--check']], [['--html', 'a.html', '--json']]])(
    'writes no page by %j',
    (args) => {
      expect(() => showMatrix(args, surroundings())).toThrow(UsageError)
      expect(existsSync('a.html')).toBe(false)
    },
  )

  it('prints the same as JSON, with the rules and where they stand', async () => {
    const { code, stdout } = await access('--json')
    expect(code).toBe(0)
    const rows: { coordinate: string }[] = JSON.parse(stdout)
    expect(rows.find(({ coordinate }) => coordinate === 'User.suspended')).toEqual({
      coordinate: 'User.suspended',
      kind: 'field',
      cells: { anonymous: 'deny', MEMBER: 'deny', EDITOR: 'deny', ADMIN: 'allow' },
      owner: null,
      rules: [
        {
          text: '@hasPermission(permission: [USER_READ])',
          coordinate: 'User.suspended',
          location: expect.stringMatching(/^schema\/identity\.graphql:\d+$/),
          cells: { anonymous: 'deny', MEMBER: 'deny', EDITOR: 'deny', ADMIN: 'allow' },
        },
      ],
    })
  })

  it('finds the committed access.lock to be what the schema says', async () => {
    expect(await access('--check')).toMatchObject({ code: 0, stderr: '' })
  })

  it('prints the schema as roles see it', async () => {
    const { code, stdout } = await access('schema', '--as', 'MEMBER')
    expect(code).toBe(0)
    expect(stdout).toBe(`${printSchema(schemaForRoles(createExecutableSchema(), ['MEMBER']))}\n`)
  })

  it('tells its usage', async () => {
    const { code, stdout } = await access('schema', '--help')
    expect(code).toBe(0)
    expect(stdout).toContain('Usage: npm run access')
  })

  it.each([
    [['--chek'], /Unknown option '--chek'/],
    [['matrix'], /There is no command matrix/],
    [['--write', '--check'], /--write goes with no other option/],
    [['schema'], /schema needs --as/],
    [['schema', '--as', 'EDTIOR'], /--as should be anonymous, or some of MEMBER, EDITOR, ADMIN, not "EDTIOR"/],
    [['schema', 'MEMBER', '--as', 'MEMBER'], /Unexpected argument 'MEMBER'/],
    [['--as', 'MEMBER'], /Unknown option '--as'/],
  ])('refuses %j with exit code 2, what is wrong, and its usage', async (args, message) => {
    const before = readFileSync(join(project, 'access.lock'), 'utf8')
    const { code, stdout, stderr } = await access(...args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
    expect(stderr).toContain('Usage: npm run access')
    expect(readFileSync(join(project, 'access.lock'), 'utf8')).toBe(before)
  })
})

describe('showMatrix()', () => {
  it('tells what owning makes of a conditional cell', async () => {
    const around = surroundings()
    expect(await showMatrix([], around)).toBe(0)
    expect(around.output()).toMatch(/ {2}mine +✗ deny +\? conditional +\? conditional +\? conditional +✓ allow/)
  })

  it('colours decisions for a terminal, and nothing else', async () => {
    const [plain, coloured] = [surroundings(), surroundings(sdl, true)]
    await showMatrix([], plain)
    await showMatrix([], coloured)
    expect(coloured.output()).toContain('\u001b[31m')
    expect(stripVTControlCharacters(coloured.output()).replace(/ +$/gm, '')).toBe(plain.output())
  })

  it('makes several tables where there are more roles than fit in a line', async () => {
    const roles = Array.from({ length: 12 }, (_, index) => `ROLE_NUMBER_${index}`)
    const [first, ...others] = roles
    const around = surroundings(
      `enum Role { ${first} @grants(permissions: [P]) ${others.join(' ')} }
      enum Permission { P }
      type Query { a: String @hasPermission(permission: P) }`,
    )
    await showMatrix([], around)
    const lines = around.output().split('\n')
    expect(lines.filter((line) => line.length > 120)).toEqual([])
    for (const name of [...roles, 'owner']) expect(around.output()).toMatch(new RegExp(`^Query.* ${name}( |$)`, 'm'))
  })

  it('writes the lock, which a check then finds current', async () => {
    const around = surroundings()
    expect(await showMatrix(['--write'], around)).toBe(0)
    expect(readFileSync(around.lock, 'utf8')).toContain('Query.open anonymous=allow')
    expect(await showMatrix(['--check'], around)).toBe(0)
  })

  it('tells as it writes the lock what is lost with a value that is refused', async () => {
    const around = surroundings(sdl.replace('String @allow', 'String! @allow'))
    await showMatrix(['--write'], around)
    expect(around.output()).toMatch(/Query\.mine: a denial here makes null the whole response$/m)
    const nullable = surroundings()
    await showMatrix(['--write'], nullable)
    expect(nullable.output()).not.toContain('makes null')
  })

  it.each([
    ['weakened      Doc.text', 'EDITOR', 'MEMBER'],
    ['weakened      Doc.text', ' @hasRole(role: EDITOR)', ''],
    ['strengthened  Doc.text', 'EDITOR', 'ADMIN'],
    ['newly open    Query.more', 'open:', 'more: String @public open:'],
    ['new           Query.more', 'open:', 'more: String @auth open:'],
    ['gone          Query.open', ' open: String @public', ''],
    ['changed       Query.mine', '{ owner: "args.id" }', '{ owner: "args.id" }, { access: READ, resource: "Doc" }'],
  ])('fails the check and tells "%s"', async (line, from, to) => {
    const before = surroundings()
    await showMatrix(['--write'], before)
    const around = { ...surroundings(sdl.replace(from, to)), lock: before.lock }
    const locked = readFileSync(before.lock, 'utf8')
    expect(await showMatrix(['--check'], around)).toBe(1)
    expect(around.output().split('\n')).toContain(line)
    expect(readFileSync(before.lock, 'utf8')).toBe(locked)
  })

  it('tells the changes as JSON', async () => {
    const before = surroundings()
    await showMatrix(['--write'], before)
    const around = { ...surroundings(sdl.replace('EDITOR', 'MEMBER')), lock: before.lock }
    expect(await showMatrix(['--check', '--json'], around)).toBe(1)
    expect(JSON.parse(around.output())).toMatchObject([
      { kind: 'weakened', coordinate: 'Doc', cells: [{ role: 'MEMBER', before: 'deny', after: 'allow' }] },
      { kind: 'weakened', coordinate: 'Doc.text' },
    ])
  })

  it('refuses to check without a lock, and with one that makes no sense', () => {
    const around = surroundings()
    expect(() => showMatrix(['--check'], around)).toThrow('access.lock cannot be read')
    expect(existsSync(around.lock)).toBe(false)
    writeFileSync(around.lock, '<<<<<<< ours\n')
    expect(() => showMatrix(['--check'], around)).toThrow(/^access\.lock: line 1 .*--write$/)
  })
})

describe('parseRoles()', () => {
  it.each([
    ['anonymous', null],
    ['MEMBER', ['MEMBER']],
    ['MEMBER, ADMIN', ['MEMBER', 'ADMIN']],
  ])('reads "%s"', (text, roles) => {
    expect(parseRoles(text, buildTestSchema(sdl))).toEqual(roles)
  })

  it.each(['', 'member', 'anonymous,MEMBER', 'MEMBER,', '__proto__'])('refuses "%s"', (text) => {
    expect(() => showSchema(['--as', text], surroundings())).toThrow(UsageError)
  })
})
