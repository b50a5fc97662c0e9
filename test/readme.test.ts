import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { buildASTSchema, concatAST, parse, print } from 'graphql'
import { describe, expect, it } from 'vitest'
import { authorizeSchema } from '../src/directives/index.ts'
import type { ErrorCode } from '../src/errors.ts'
import { readSchemaDocument } from '../src/graphql/schema.ts'
import { parseSigningKeys } from '../src/identity/keys.ts'
import { codes, createClient } from './support/client.ts'
import { readCodeBlocks, readSection, readTableRows } from './support/markdown.ts'
import { paste, pasteAnswers } from './support/paste.ts'
import { startServer } from './support/server.ts'

const run = promisify(execFile)
const root = (path: string) => new URL(`../${path}`, import.meta.url)
const read = (path: string) => readFileSync(root(path), 'utf8')
const readme = read('README.md')
const manifest: Record<'scripts' | 'dependencies' | 'devDependencies', Record<string, string>> = JSON.parse(
  read('package.json'),
)
/** What stands in backticks in the first column of a section's tables. */
const firstColumn = (heading: string) =>
  readTableRows(readSection(readme, heading)).flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(at(1)))
const at = (group: number) => (match: RegExpMatchArray) => match[group] ?? ''

describe('the tour', () => {
  it('gives with curl the answers that it shows', async () => {
    const { url } = await startServer()
    const answers = await pasteAnswers(readSection(readme, 'With curl'), url)
    expect(answers.length).toBeGreaterThan(10)
    for (const { command, shown, printed } of answers) expect(printed, command).toEqual(shown)
  })

  it('tells with curl of what changes, as it says', async () => {
    const { url } = await startServer()
    const section = readSection(readme, 'Live updates')
    const isCommand = ({ language }: { language: string }) => language === 'sh'
    const tour = readCodeBlocks(readSection(readme, 'With curl')).filter(isCommand)
    const commands = readCodeBlocks(section).filter(isCommand)
    const blocks = [...tour, ...commands].map(({ text }) => text.replaceAll('http://localhost:4000', url))
    const printed = (await paste(blocks)).at(-1)?.trim().replace(/[ ]+$/gm, '')
    expect(printed).toBe(
      readCodeBlocks(section)
        .find(({ language }) => language === 'text')
        ?.text.trim(),
    )
  })

  it('does in Sandbox what it says', async () => {
    const { url } = await startServer()
    const editor = createClient(url)
    const answers = []
    for (const { text } of readCodeBlocks(readSection(readme, 'In Apollo Sandbox')))
      answers.push(await editor.execute(text))
    const [login, documents, events] = answers.map(({ body }) => body)
    expect(login).toMatchObject({ data: { login: { user: { name: 'Edith Editor', roles: ['EDITOR'] } } } })
    expect(documents).toMatchObject({ data: { documents: { totalCount: 7 } } })
    expect(answers.map(codes)).toEqual([[], [], ['FORBIDDEN']])
    expect(events?.errors?.[0]?.path).toEqual(['auditEvents'])
  })

  it('calls from a frontend as it says', async () => {
    const { url } = await startServer()
    const [block] = readCodeBlocks(readSection(readme, 'From a frontend'))
    const code = `${block?.text.replaceAll('http://localhost:4000', url)}\nconsole.log(JSON.stringify({ data, errors }))`
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code])
    expect(JSON.parse(stdout)).toEqual({ data: { session: null } })
  })
})

describe('the rules', () => {
  it('have an example that the start accepts without a warning', () => {
    const [example] = readCodeBlocks(readSection(readme, 'Rules'))
    const schema = buildASTSchema(concatAST([readSchemaDocument(), parse(example?.text ?? '')]))
    const warned: string[] = []
    // Their answers are not asked for here.
    const policies = Object.fromEntries(
      [...print(readSchemaDocument()).matchAll(/policy: "(\w+)"/g)].map(([, name]) => [name, () => []]),
    )
    authorizeSchema(schema, {
      policies,
      viewer: () => null,
      established: () => null,
      access: () => [],
      onWarning: (faults) => warned.push(...faults.map(({ coordinate }) => coordinate)),
    })
    expect(warned.filter((coordinate) => /salar/i.test(coordinate))).toEqual([])
  })

  it('name every directive of the schema', () => {
    const declared = readSchemaDocument().definitions.flatMap((definition) =>
      definition.kind === 'DirectiveDefinition' ? [definition.name.value] : [],
    )
    const named = firstColumn('Rules').map((cell) => /^@(\w+)/.exec(cell)?.[1])
    expect(named.toSorted()).toEqual(declared.toSorted())
  })
})

describe('the errors', () => {
  it('come with the status that the page says', async () => {
    const { url } = await startServer()
    const anonymous = createClient(url)
    const member = createClient(url)
    await member.login('member@example.com')
    const mutation =
      'mutation { createDocument(title: "x", body: "") { id } assignRole(userId: "1", role: ADMIN) { id } }'
    for (const { client, status, code } of [
      { client: anonymous, status: 401, code: 'UNAUTHENTICATED' },
      { client: member, status: 403, code: 'FORBIDDEN' },
    ]) {
      const refused = await client.execute(mutation)
      expect(refused.status).toBe(status)
      expect(new Set(codes(refused))).toEqual(new Set([code]))
      expect(refused.body).not.toHaveProperty('data')
    }
    const query = await member.execute('{ documents { totalCount } auditEvents { totalCount } }')
    expect(query).toMatchObject({ status: 200, body: { data: { documents: { totalCount: 6 }, auditEvents: null } } })
    expect(codes(query)).toEqual(['FORBIDDEN'])
  })

  it('name every code that this API gives', () => {
    const given: Record<ErrorCode, true> = {
      UNAUTHENTICATED: true,
      INVALID_CREDENTIALS: true,
      REAUTHENTICATION_REQUIRED: true,
      FORBIDDEN: true,
      BAD_USER_INPUT: true,
      NOT_FOUND: true,
      CONFLICT: true,
      RATE_LIMITED: true,
    }
    expect(firstColumn('Errors').filter((code) => code in given)).toHaveLength(Object.keys(given).length)
  })
})

describe('the checklist for production', () => {
  it('makes keys that the start accepts', async () => {
    const commands = readCodeBlocks(readSection(readme, 'Production')).map(({ text }) => text)
    const [json = ''] = await paste(commands.filter((command) => command.startsWith('node -p')))
    expect(parseSigningKeys(json)).toHaveLength(1)
  })
})

describe('the commands', () => {
  it.each(['README.md', 'CONTRIBUTING.md'])('of %s are scripts of package.json', (page) => {
    const named = [...read(page).matchAll(/npm (?:run (?:--silent )?([\w:]+)|(start|test))/g)]
    const scripts = new Set(named.map(([, script, short]) => script ?? short ?? ''))
    expect(scripts.size).toBeGreaterThan(3)
    expect([...scripts].filter((script) => !(script in manifest.scripts))).toEqual([])
  })

  it('are all in the table', () => {
    const named = readSection(readme, 'Commands')
    for (const script of Object.keys(manifest.scripts))
      expect(named, `npm run ${script} stands in the table of commands`).toMatch(new RegExp(`npm (run )?${script}\\b`))
  })
})

describe('the dependencies', () => {
  it('are those of package.json, each with its reason', () => {
    const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]
    expect(firstColumn('Dependencies')).toEqual(declared)
    for (const [, reason] of readTableRows(readSection(readme, 'Dependencies'))) expect(reason).toMatch(/\w+ \w+/)
  })
})

describe('the links', () => {
  it('lead to sections and files that are there', () => {
    const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(at(1))
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(
      ([, text = '']) => `#${text.toLowerCase().replaceAll(' ', '-')}`,
    )
    for (const target of targets) {
      if (target.startsWith('#')) expect(headings).toContain(target)
      else if (!target.startsWith('http')) expect(existsSync(root(target)), target).toBe(true)
    }
  })
})
