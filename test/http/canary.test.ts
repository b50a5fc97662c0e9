import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import { createLogger } from '../../src/http/logger.ts'
import { ChangePasswordDocument, LoginDocument, RegisterDocument } from '../support/__generated__/operations.ts'
import { type Answer, createClient } from '../support/client.ts'
import { dumpDatabase } from '../support/house.ts'
import { createProgram, createToken } from '../support/program.ts'
import { startServer } from '../support/server.ts'

const json = { 'content-type': 'application/json' }
const email = 'nina@example.com'
const canary = 'canary-4f1d9c'
/** Each is sent as a password, a token or a part of something broken; none is to be found anywhere again. */
const secrets = {
  password: `${canary} correct horse`,
  newPassword: `${canary} battery staple`,
  wrong: `${canary}-wrong`,
  cookie: `${canary}-cookie`,
  bearer: `${canary}-bearer`,
  broken: `${canary}-broken`,
}

describe('a whole run, logged at the level trace', () => {
  it('leaves no password, token or cookie in the log, the database or an answer', async () => {
    const lines: string[] = []
    const logger = createLogger('trace', { write: (line) => lines.push(line) })
    const { url, databasePath } = await startServer({ logger })
    const answers: Answer<unknown>[] = []
    const keep = async (answer: Promise<Answer<unknown>>) => answers.push(await answer)
    const tokens = new Set<string>()
    const client = createClient(url)
    const stranger = createClient(url)
    const keepTokens = async () => {
      for (const cookie of await client.jar.getCookies(url)) tokens.add(cookie.value)
    }
    const { password, newPassword, wrong, cookie, bearer, broken } = secrets

    // What succeeds.
    await keep(client.execute(RegisterDocument, { email, password, name: 'Nina' }))
    await keepTokens()
    await keep(client.execute('mutation { logout }'))
    await keep(client.login(email, password))
    await keepTokens()
    await keep(client.execute(ChangePasswordDocument, { currentPassword: password, newPassword }))
    await keepTokens()
    await keep(client.execute('{ me { id sessions { id } } }'))
    // This one answer holds it, and no other.
    const { token } = await createToken(client, ['ACCOUNT_READ'])
    tokens.add(token)
    await keep(createProgram(url, token).execute('{ session { id name permissions } me { id email } }'))
    await keep(createProgram(url, token).execute('{ users { totalCount } }'))
    await keep(client.execute('{ me { sessions { id kind name permissions } } }'))

    // What is refused.
    await keep(client.execute(ChangePasswordDocument, { currentPassword: wrong, newPassword }))
    await keep(client.execute(ChangePasswordDocument, { currentPassword: newPassword, newPassword: canary }))
    await keep(client.execute(RegisterDocument, { email, password, name: 'Nina' }))
    await keep(client.execute(RegisterDocument, { email: 'o@example.com', password: canary, name: 'Olga' }))
    await keep(stranger.execute(LoginDocument, { email, password: wrong }))
    await keep(stranger.execute(LoginDocument, { email: 'nobody@example.com', password: wrong }))
    await keep(stranger.execute(LoginDocument, { email: `${canary}@example.com`, password: wrong }))
    await keep(stranger.execute(LoginDocument, { email: wrong, password: wrong }))
    for (const value of [cookie, `${cookie}.${cookie}.${cookie}`, `"${cookie}"`])
      await keep(stranger.execute('{ me { id } }', {}, { cookie: `session=${value}; device=${value}` }))
    await keep(stranger.execute('{ me { id } }', {}, { authorization: `Bearer ${bearer}` }))
    await keep(stranger.execute('{ me { id } }', {}, { authorization: `Basic ${bearer}`, 'x-request-id': bearer }))

    // What is no good request: by value, by type, by syntax, by place.
    const login = `mutation { login(email: "${email}", password: "${broken}"`
    for (const query of [
      `${login}) { nothing } }`,
      `${login}, ${broken.replaceAll('-', '_')}: 1) { __typename } }`,
      `${login} { __typename } }`,
      `${login}`,
      `mutation { login(email: "${broken}", password: "x") { __typename } }`,
      `mutation { logIn(password: "${broken}") { __typename } }`,
      `mutation { revokeSession(id: { token: "${broken}" }) }`,
      'mutation ($password: Int!) { login(email: "a@example.com", password: $password) { __typename } }',
    ])
      await keep(stranger.execute(query, { password: broken, [broken]: broken }))
    for (const body of [broken, `{"query":"${broken}`, `["${broken}"]`, `"${broken}"`, `{"query":{"a":"${broken}"}}`])
      await keep(stranger.send('/graphql', { method: 'POST', headers: json, body }))
    await keep(stranger.send('/graphql', { method: 'POST', body: broken }))
    for (const query of [`${login}) { __typename } }`, `{ me(token: "${broken}") { id } }`])
      await keep(
        stranger.send(`/graphql?query=${encodeURIComponent(query)}`, { headers: { 'apollo-require-preflight': 'x' } }),
      )
    await keep(stranger.send(`/nowhere?token=${broken}`, { headers: { referer: `${url}/?token=${broken}` } }))

    // What fails: statements that hold a hash, an address or a token's id.
    const raw = new Sqlite(databasePath)
    for (const table of ['credentials', 'sessions'])
      for (const event of ['INSERT', 'UPDATE'])
        raw.exec(
          `CREATE TRIGGER fail_${table}_${event} BEFORE ${event} ON ${table} BEGIN SELECT RAISE(ABORT, 'no'); END`,
        )
    raw.close()
    await keep(client.execute(ChangePasswordDocument, { currentPassword: newPassword, newPassword: password }))
    await keep(stranger.execute(RegisterDocument, { email: 'p@example.com', password, name: 'Petra' }))
    await keep(stranger.login('member@example.com'))

    const log = lines.join('')
    const text = answers.map((answer) => answer.text).join('\n')
    expect(lines.length).toBeGreaterThanOrEqual(answers.length)
    expect(log.match(/"a field failed"/g)).toHaveLength(3)
    expect(text.match(/Internal server error/g)).toHaveLength(3)
    expect(tokens.size).toBeGreaterThanOrEqual(4)

    const dump = dumpDatabase(databasePath)
    const { users: _, ...others } = dump
    for (const [place, found] of Object.entries({ log, text, audit: JSON.stringify(others) })) {
      // Not as a whole and not in part.
      for (const secret of [
        canary,
        demoPassword,
        ...tokens,
        ...[...tokens].map((token) => token.split('.')[2] ?? token),
      ])
        expect(found.includes(secret), `${place} holds ${secret}`).toBe(false)
      if (place !== 'audit') expect(found, `a hash in ${place}`).not.toContain('argon2')
    }
    expect(JSON.stringify(dump.audit_events)).not.toMatch(/argon2|example\.com/)
  })
})
