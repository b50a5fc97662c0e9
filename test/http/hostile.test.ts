import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codes } from '../support/client.ts'
import { type House, openHouse } from '../support/house.ts'
import { answered, refused, textOf } from './hostile-documents.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** As text: some hold what no client's serializer would write. */
const send = (body: string) =>
  house.as.member.send('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body })

describe('a hostile document', () => {
  it.each(refused.map((document) => [document.name, document] as const))(
    'is refused before anything runs: %s',
    async (_, document) => {
      const before = house.dump()
      const answer = await send(textOf(document))
      expect(answer.status).toBe(400)
      expect(answer.body.data).toBeUndefined()
      expect(codes(answer).length).toBeGreaterThan(0)
      expect(codes(answer)).not.toContain('INTERNAL_SERVER_ERROR')
      // Neither is the answer a burden: a hundred errors at most, and one that says there are more.
      expect(codes(answer).length).toBeLessThanOrEqual(101)
      expect(answer.text.length).toBeLessThan(100_000)
      expect(house.dump()).toEqual(before)
    },
  )

  it.each(answered.map((document) => [document.name, document] as const))(
    'is answered where it stays within the limits: %s',
    async (_, document) => {
      const answer = await send(textOf(document))
      expect(answer.status).toBe(200)
      expect(codes(answer).length).toBeLessThanOrEqual(101)
      expect(codes(answer).every((code) => code === 'FORBIDDEN')).toBe(true)
    },
  )

  it('of more than 100 KB is refused before it is read', async () => {
    const answer = await send(JSON.stringify({ query: `{ me { ${'id '.repeat(40_000)} } }` }))
    expect(answer.status).toBe(413)
    expect(answer.body.data).toBeUndefined()
  })
})
