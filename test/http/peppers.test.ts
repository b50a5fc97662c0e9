import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LoginDocument, RegisterDocument } from '../support/__generated__/operations.ts'
import { createClient, refusals } from '../support/client.ts'
import { dataOf, dumpDatabase, strangersPassword as password } from '../support/house.ts'
import { createFolder, startServer } from '../support/server.ts'

const email = 'pepe@example.com'
const pepper = (id: string, byte: number) => ({ id, secret: Buffer.alloc(32, byte).toString('base64url') })

describe('PASSWORD_PEPPERS', () => {
  it('are put into hashes as their users sign in, and those are good for nothing without them', async () => {
    const database = { DATABASE_URL: `file:${join(createFolder(), 'gatehouse.db')}` }
    const hashOf = async (userId: string, path: string) =>
      JSON.stringify(dumpDatabase(path).credentials?.find((row) => JSON.stringify(row).includes(userId)))
    const run = async (peppers: object[], given = password) => {
      const server = await startServer({ env: { ...database, PASSWORD_PEPPERS: JSON.stringify(peppers) } })
      const answer = await createClient(server.url).execute(LoginDocument, { email, password: given })
      await server.close()
      return answer
    }
    const first = await startServer({ env: database })
    const { register } = dataOf(
      await createClient(first.url).execute(RegisterDocument, { email, password, name: 'Pepe' }),
    )
    const userId = register && 'user' in register ? register.user.id : expect.unreachable('an account was to be made')
    await first.close()
    expect(await hashOf(userId, first.databasePath)).not.toContain('keyid')

    expect(refusals(await run([pepper('a', 1)], 'not the right password'))).toEqual([['INVALID_CREDENTIALS', 'login']])
    expect(await hashOf(userId, first.databasePath)).not.toContain('keyid')
    dataOf(await run([pepper('a', 1)]))
    expect(await hashOf(userId, first.databasePath)).toContain('keyid=YQ$')

    dataOf(await run([pepper('b', 2), pepper('a', 1)]))
    const hash = await hashOf(userId, first.databasePath)
    expect(hash).toContain('keyid=Yg$')
    expect(refusals(await run([pepper('b', 3)]))).toEqual([['INVALID_CREDENTIALS', 'login']])
    expect(refusals(await run([pepper('a', 1)]))).toEqual([['INTERNAL_SERVER_ERROR', 'login']])
    expect(await hashOf(userId, first.databasePath)).toBe(hash)
  })
})
