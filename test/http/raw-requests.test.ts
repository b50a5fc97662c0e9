import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MeDocument } from '../support/__generated__/operations.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'
import { sendRaw } from '../support/send-raw.ts'

let house: House
let session: string
beforeAll(async () => {
  house = await openHouse()
  session = `session=${(await house.as.member.cookie('session')) ?? ''}`
})
afterAll(() => house.close())

const asked = '{"query":"{ me { email } }"}'
const json = 'content-type: application/json'
const sized = `content-length: ${asked.length}`
const chunk = `${asked.length.toString(16)}\r\n${asked}\r\n0\r\n`
const request = (lines: readonly string[], body = '') => [...lines, '', body].join('\r\n')
const post = (lines: readonly string[], body = asked, version = '1.1') =>
  request([`POST /graphql HTTP/${version}`, ...lines], body)

interface Answer {
  status: number
  head: string
  body: string
}

/** Takes apart the answers to what was sent at once; each but an interim one bears the length of its body. */
function readAnswers(text: string): Answer[] {
  const answers: Answer[] = []
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n') + 4
    const head = rest.slice(0, end)
    const length = Number(/^content-length: (\d+)\r$/im.exec(head)?.[1] ?? 0)
    answers.push({ status: Number(head.slice(9, 12)), head, body: rest.slice(end, end + length) })
    rest = rest.slice(end + length)
  }
  return answers
}

const ask = async (text: string) => readAnswers(await sendRaw(house.server.url, text))

describe('a request that is put in an odd way', () => {
  it.each([
    [[200], 'HTTP/1.0, which knows no hosts', () => post([json, sized], asked, '1.0')],
    [[400], 'no host', () => post(['connection: close', json, sized])],
    [
      [100, 200],
      'a wait to be told to go on',
      () => post(['host: x', 'connection: close', 'expect: 100-continue', json, sized]),
    ],
    [
      [100, 413],
      'a wait to be told to go on with too much',
      () => post(['host: x', 'connection: close', 'expect: 100-continue', json, 'content-length: 99999999'], ''),
    ],
    [
      [200],
      'an expectation that nobody knows',
      () => post(['host: x', 'connection: close', 'expect: the-best', json, sized]),
    ],
    [
      [400],
      'chunks of no size',
      () => post(['host: x', 'transfer-encoding: chunked', json], `ZZ\r\n${asked}\r\n0\r\n\r\n`),
    ],
    [
      [413],
      'chunks that say more than they hold',
      () => post(['host: x', 'transfer-encoding: chunked', json], `1c;${'x'.repeat(30_000)}\r\n${asked}\r\n0\r\n\r\n`),
    ],
    [
      [413],
      'chunks without end',
      () => post(['host: x', 'transfer-encoding: chunked', json], `40000\r\n${' '.repeat(0x40000)}\r\n`),
    ],
    [[200], 'an upgrade to HTTP/2', () => post(['host: x', 'connection: Upgrade, close', 'upgrade: h2c', json, sized])],
    [[400], 'HTTP/2 at once', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    [[400], 'line ends without their return', () => 'GET /health/live HTTP/1.1\nhost: x\n\n'],
    [[400], 'a header over two lines', () => request(['GET /health/live HTTP/1.1', 'host: x', 'a: b', ' c'])],
    [[400], 'a header with NUL', () => request(['GET /health/live HTTP/1.1', 'host: x', 'a: b\0c'])],
  ])('is answered %j, as %s', async (statuses, _, text) => {
    const answers = await ask(text())
    expect(answers.map(({ status }) => status)).toEqual(statuses)
    for (const { status, head, body } of answers) {
      if (status === 100) continue
      expect(head).toMatch(/^x-content-type-options: nosniff\r$/m)
      expect(head).toMatch(/^content-type: application\/json; charset=utf-8\r$/m)
      expect(JSON.parse(body)).toHaveProperty(status === 200 ? 'data' : 'errors')
    }
    expect(dataOf(await house.as.member.execute(MeDocument)).me?.email).toBe('member@example.com')
  })

  it('is nobody’s by what stands behind its body', async () => {
    const lines = ['host: x', 'connection: close', 'transfer-encoding: chunked', json]
    const [with_] = await ask(post([...lines, `cookie: ${session}`], `${chunk}\r\n`))
    expect(with_?.body).toContain('member@example.com')
    const [behind] = await ask(post([...lines, 'trailer: cookie'], `${chunk}cookie: ${session}\r\n\r\n`))
    expect(behind?.status).toBe(200)
    expect(behind?.body).toContain('{"me":null}')
  })

  it('is answered in its turn and to its own viewer, when several are sent at once', async () => {
    const own = post(['host: x', json, sized, `cookie: ${session}`])
    const anonymous = post(['host: x', json, sized])
    const last = request(['GET /health/live HTTP/1.1', 'host: x', 'connection: close'])
    const answers = await ask([own, anonymous, own, anonymous, last].join(''))
    expect(answers.map(({ body }) => /member@example\.com|"me":null|live/.exec(body)?.[0])).toEqual([
      'member@example.com',
      '"me":null',
      'member@example.com',
      '"me":null',
      'live',
    ])
  })

  it('is answered for itself alone: what is no request behind it has no answer that could be taken for its own', async () => {
    const first = post(['host: x', json, sized, `cookie: ${session}`])
    const answers = await ask(`${first}NO REQUEST\r\n\r\n`)
    expect(answers.map(({ status }) => status)).not.toContain(400)
    expect((await ask('NO REQUEST\r\n\r\n')).map(({ status }) => status)).toEqual([400])
  })

  it('is never unpacked: a bomb is as large as it comes', async () => {
    const bomb = gzipSync(`{"query":"{ me { id } }","a":"${'a'.repeat(20_000_000)}"}`)
    expect(bomb.length).toBeLessThan(100 * 1024)
    const answer = await house.as.member.send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: bomb,
    })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('not valid JSON')
  })

  it('is not handed back, by TRACE, and reaches nobody else, by CONNECT', async () => {
    const [traced] = await ask(
      request(['TRACE /graphql HTTP/1.1', 'host: x', 'connection: close', `cookie: ${session}`]),
    )
    expect(traced?.status).toBe(405)
    expect(`${traced?.head}${traced?.body}`).not.toContain('cookie')
    expect(await ask(request(['CONNECT example.com:443 HTTP/1.1', 'host: x']))).toEqual([])
  })
})

describe('a query string', () => {
  it.each([
    [400, 'query={__typename}&query={me{id}}'],
    [400, 'query[]={__typename}'],
    [400, 'query={__typename}&variables=['],
    [400, 'query={__typename}&variables=1'],
    [200, 'query={__typename}&variables={"__proto__":{"isAdmin":true}}'],
    [400, 'query={__typename}&extensions=x'],
    [400, 'query=%00'],
    [400, 'query=%ff'],
    [400, 'query=%ed%a0%80'],
    [200, '__proto__[isAdmin]=1&query={__typename}'],
    [400, 'query={__typename}&operationName=__proto__'],
    [405, 'query=mutation{logout}'],
    [400, '&'.repeat(10_000)],
  ])('is answered %i: %s', async (status, query) => {
    const headers = { 'apollo-require-preflight': '1' }
    const answer = await house.as.member.send(`/graphql?${query}`, { headers })
    expect(answer.status).toBe(status)
    expect(answer.body).toHaveProperty(status === 200 ? 'data' : 'errors')
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
  })
})
