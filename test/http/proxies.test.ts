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

  it('counts by the network that one subscriber has: 64 bits of IPv6, and IPv4 however it is written', async () => {
    const { url } = await startServer({ env: { TRUST_PROXY: '1' } })
    const client = createClient(url)
    let count = 0
    const registerFrom = async (address: string) =>
      codes(
        await client.execute(
          `mutation { register(email: "v${++count}@example.com", password: "correct horse battery", name: "V") { __typename } }`,
          {},
          { 'x-forwarded-for': address },
        ),
      )
    for (let n = 1; n <= 10; n++) expect(await registerFrom(`2001:db8:0:1:${n}::${n}`)).toEqual([])
    expect(await registerFrom('2001:db8:0:1:ffff::1')).toEqual(['RATE_LIMITED'])
    expect(await registerFrom('2001:db8:0:2::1')).toEqual([])
    for (let n = 1; n <= 10; n++) expect(await registerFrom(n % 2 ? '::ffff:192.0.2.9' : '192.0.2.9')).toEqual([])
    expect(await registerFrom('::FFFF:c000:0209')).toEqual(['RATE_LIMITED'])
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
