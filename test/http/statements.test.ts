import BetterSqlite3 from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { dataOf, type House, openHouse } from '../support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterEach(() => vi.restoreAllMocks())
afterAll(() => house.close())

/** Counts only: every statement runs as ever. */
function countStatements() {
  const connection = new BetterSqlite3(':memory:')
  const prototype: BetterSqlite3.Statement = Object.getPrototypeOf(connection.prepare('SELECT 1'))
  connection.close()
  const spies = (['all', 'get', 'run'] as const).map((method) => vi.spyOn(prototype, method))
  return () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0)
}

const list = (fields: string) => `{ documents(first: 100) { ${fields} } }`

describe('a request over HTTP', () => {
  it.each([
    // The session, its user and their roles are remembered, and answer `me` too.
    ['member', '{ me { id name email roles } }', 0],
    ['member', '{ session { id createdAt } }', 0],
    ['member', '{ me { name } session { id user { id } } }', 1],
    ['anonymous', '{ me { id } }', 0],
    ['admin', list('edges { node { id title } }'), 1],
    ['member', list('edges { cursor } pageInfo { hasNextPage }'), 1],
    // The list's own statement decides the rule on each document.
    ['member', list('edges { node { id title } }'), 1],
    ['member', list('edges { node { id } } totalCount'), 2],
    ['member', list('edges { node { id owner { name } } }'), 2],
    ['admin', '{ users(first: 100) { edges { node { id name email roles } } } }', 1],
    ['admin', '{ users(first: 100) { edges { node { id name } } totalCount } }', 2],
    // Whether one may write is another question.
    ['member', list('edges { node { id mayChange } }'), 2],
  ] as const)('of %s costs few statements: %s', async (person, query, statements) => {
    await house.createDocument()
    await house.as[person].execute(query)
    const count = countStatements()
    await house.as[person].execute(query)
    expect(count()).toBe(statements)
  })

  it('costs no more for a long list than for a short one', async () => {
    const query = list('edges { node { id title owner { name } } } totalCount')
    const countOne = async () => {
      // What was written since the last request costs the next a statement.
      await house.as.member.execute('{ me { id } }')
      const count = countStatements()
      const { documents } = dataOf(await house.as.member.execute<{ documents: { totalCount: number } }>(query))
      const statements = count()
      vi.restoreAllMocks()
      return { statements, documents: documents.totalCount }
    }
    const short = await countOne()
    for (let index = 0; index < 20; index++) await house.createDocument()
    const long = await countOne()
    expect(long.documents).toBe(short.documents + 20)
    expect(long.statements).toBe(short.statements)
  })
})
