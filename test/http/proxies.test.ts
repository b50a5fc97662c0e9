import { describe, expect, it } from 'vitest'
import { codes, createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { startServer } from '../support/server.ts'

const forwarded = { 'x-forwarded-for': '192.0.2.66, 198.51.100.1, 203.0.113.7' }
const login = (password: string) =>
  `mutation { login(email: "member@example.com", password: "${password}") { ... on Session { ipAddress } } }`

describe('the address of a client', () => {
  it.each([
    ['0', '127.0.0.1'],
    ['1', '203.0.113.7'],
    ['2', '198.51.100.1'],
  ])('is told by no more proxies than there are: TRUST_PROXY=%s', async (TRUST_PROXY, ipAddress) => {
    const { url } = await startServer({ env: { TRUST_PROXY } })
    const answer = await createClient(url).execute(login('open sesame in development'), {}, forwarded)
    expect(dataOf(answer)).toEqual({ login: { ipAddress } })
  })

  it('counts alike for those who make one up with each request', async () => {
    const { url } = await startServer({ env: { TRUST_PROXY: '1' } })
    const client = createClient(url)
    const register = (n: number) =>
      client.execute(
        `mutation { register(email: "n${n}@example.com", password: "correct horse battery", name: "N") { __typename } }`,
        {},
        { 'x-forwarded-for': `192.0.2.${n}, 203.0.113.7` },
      )
    for (let n = 1; n <= 10; n++) expect(codes(await register(n))).toEqual([])
    expect(codes(await register(11))).toEqual(['RATE_LIMITED'])
  })
})
