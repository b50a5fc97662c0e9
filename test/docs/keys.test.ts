import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import jsonwebtoken from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { createClient, refusals } from '../support/client.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { readSection, readTableRows } from '../support/markdown.ts'
import { runProgram } from '../support/process.ts'
import { createProgram, createToken } from '../support/program.ts'
import { createFolder, startServer, testKeys } from '../support/server.ts'

const page = readFileSync(new URL('../../docs/sign-in.md', import.meta.url), 'utf8')
/** The arguments of each command that the section shows. */
const commands = readTableRows(readSection(page, 'Keys')).map(
  ([cell = '']) => /^`npm run admin -- (.*)`$/.exec(cell)?.[1] ?? cell,
)

describe('“Keys” in docs/sign-in.md', () => {
  // Every command is a program that starts.
  it('changes keys while a server runs, by the commands that it shows', { timeout: 180_000 }, async () => {
    const [list = '', rotate = '', retire = '', emergency = '', ...others] = commands
    expect(others).toEqual([])
    const MASTER_KEY = Buffer.alloc(32, 'm').toString('base64')
    const path = join(createFolder(), 'gatehouse.db')
    const env = { NODE_ENV: 'test', JWT_KEYS: testKeys, MASTER_KEY, DATABASE_URL: `file:${path}` }
    const run = async (command: string) => {
      const { code, stdout, stderr } = await runProgram('cli/admin.ts', { args: command.split(' '), env })
      expect([code, stderr], command).toEqual([0, ''])
      return stdout
    }
    // A key may sign half a minute after it was made: the server's clock can go ahead of the commands'.
    let ahead = 0
    const clock = { now: () => new Date(Date.now() + ahead) }
    const server = await startServer({ env, clock, intervals: { reloadKeys: 20, purge: 60_000 } })
    const signIn = async () => {
      const client = createClient(server.url)
      dataOf(await client.login('member@example.com'))
      return client
    }
    const me = '{ me { id } }'
    const over = [['UNAUTHENTICATED', 'me']]
    const early = await signIn()
    const program = createProgram(server.url, (await createToken(early)).token)

    expect(await run(list)).toBe('test\tHS256\tsigns\tJWT_KEYS\n')

    const [kid = ''] = /[0-9a-f-]{36}/.exec(await run(rotate)) ?? []
    ahead = 31_000
    const kidOf = async () => {
      const cookie = (await (await signIn()).cookie('session')) ?? ''
      return jsonwebtoken.decode(cookie, { complete: true })?.header.kid
    }
    await expect.poll(kidOf, { timeout: 10_000 }).toBe(kid)
    for (const one of [early, program]) dataOf(await one.execute(me))

    const late = await signIn()
    expect(retire).toContain('<kid>')
    await run(retire.replace('<kid>', 'test'))
    await expect.poll(async () => refusals(await early.execute(me)), { timeout: 10_000 }).toEqual(over)
    expect(refusals(await program.execute(me))).toEqual(over)
    dataOf(await late.execute(me))

    const lateCookie = `session=${await late.cookie('session')}`
    expect(await run(emergency)).toContain(`\nRetired: ${kid}. `)
    expect(refusals(await late.execute(me))).toEqual(over)
    await expect.poll(kidOf, { timeout: 10_000 }).not.toBe(kid)

    // What is retired stays so at the next start.
    await server.close()
    const restarted = createClient((await startServer({ env, clock })).url)
    expect(refusals(await restarted.execute(me, {}, { cookie: lateCookie }))).toEqual(over)
    const { signing_keys: kept, audit_events: events } = dumpDatabase(path)
    expect(kept).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kid: 'test', retired_at: expect.any(Number) }),
        expect.objectContaining({ kid, retired_at: expect.any(Number) }),
      ]),
    )
    for (const action of ['SIGNING_KEY_ROTATED', 'SIGNING_KEY_RETIRED'])
      expect(events).toContainEqual(expect.objectContaining({ action }))
  })
})
