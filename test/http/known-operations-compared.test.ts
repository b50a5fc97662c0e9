import { describe, expect, it } from 'vitest'
import { createClient } from '../support/client.ts'
import { startServer } from '../support/server.ts'

type Headers = Record<string, string>

/** With it a request goes all the way through Apollo Server, and is answered as without it. */
const theLongWay: Headers = { 'x-introspection': 'as ever' }

const name = '{"query":"{ me { name } }"'
const several =
  'query A { me { name } } query I { __schema { queryType { name } } } subscription S { documentChanged { __typename } }'
const conditions = 'query ($s: Boolean!) { me @skip(if: $s) { name } session @include(if: $s) { id } }'
const page =
  'query ($f: Int = 2, $q: Boolean = true) { documents(first: $f) { totalCount @include(if: $q) edges { cursor } } }'
const of = (query: string, more: object = {}) => JSON.stringify({ query, ...more })
const bodies = [
  `${name}}`,
  '{"query":"{ nope }","query":"{ me { name } }"}',
  `${name},"query":"{ nope }"}`,
  `${name},"__proto__":{"query":"{ session { id } }"}}`,
  `${name},"constructor":{"query":"{ session { id } }"}}`,
  `${name},"variables":{"__proto__":1}}`,
  `${name},"variables":{"a":1e999,"toString":null}}`,
  ...['[]', '0', 'false', '""', '{}', '"{}"'].map((variables) => `${name},"variables":${variables}}`),
  ...['0', 'false', '""', 'null', '"\\u0000"', '"__proto__"'].map((text) => `${name},"operationName":${text}}`),
  ...['{}', '[]', '0', 'null'].map((extensions) => `${name},"extensions":${extensions}}`),
  ...['#\\u0000', '#\\ud800', '#\\ud83d\\ude00', '\\ufeff'].map((text) => `{"query":"{ me { name } }${text}"}`),
  ...['A', 'I', 'S', 'None', undefined].map((operationName) => of(several, { operationName })),
  of('{ __typename me { __typename } }'),
  of('{ __schema { queryType { name } } }'),
  of('{ me { name } __type(name: "User") { name } }'),
  ...[true, false, 'x', null, undefined].map((s) => of(conditions, { variables: { s } })),
  ...[null, 1, 1.5, 99_999, 1e30, '1', [1]].map((f) => of(page, { variables: { f, q: null } })),
  of(page, { variables: { f: 1, other: 1 } }),
  ...['\ud800', 'a\0b', ['a'], 1e30, 2 ** 53].map((id) =>
    of('query ($id: ID!) { node(id: $id) { id } document(id: $id) { title } }', { variables: { id } }),
  ),
  of('mutation { assignRole(userId: "none", role: ADMIN) { __typename } }'),
  of('subscription { documentChanged { __typename } }'),
  ...['{}', '[]', 'null', '1', '{'],
]
const accepts = [
  '',
  ',',
  '*',
  '*/*',
  'application/*',
  'APPLICATION/JSON',
  'application/json;q=0',
  'application/json;q=0, application/graphql-response+json',
  'image/png',
  'text/html',
  'text/event-stream',
  'text/event-stream, application/json;q=0.1',
  'text/event-stream, application/x',
]
const contentTypes = [
  'Application/JSON',
  'application/json; charset=utf-8',
  'application/json;charset="utf-16"',
  'application/json;',
  'application/json;text/plain',
  'application/json,text/plain',
  'application/json text/plain',
  'application/jsonx',
  'text/plain;application/json',
  'text/plain',
]

describe('each time that it is sent, a request is answered as by the long way', () => {
  it.each(['everyone', 'by-role', 'signed-in', 'off'])(
    'with introspection for %s',
    { timeout: 60_000 },
    async (introspection) => {
      const server = await startServer({ env: { INTROSPECTION: introspection } })
      const member = createClient(server.url)
      await member.login('member@example.com')
      const requests: [who: string, body: string, headers: Headers][] = [
        ...['member', 'nobody'].flatMap((who) => bodies.map((body) => [who, body, {}] as [string, string, Headers])),
        ...accepts.map((accept) => ['member', `${name}}`, { accept }] as [string, string, Headers]),
        ...contentTypes.map((type) => ['member', `${name}}`, { 'content-type': type }] as [string, string, Headers]),
      ]
      const clients: Record<string, ReturnType<typeof createClient>> = { member, nobody: createClient(server.url) }
      const ask = async (who: string, body: string, more: Headers) => {
        const headers = { 'content-type': 'application/json', ...more }
        const answer = await clients[who]?.send('/graphql', { method: 'POST', headers, body })
        const { 'x-request-id': id, date: _, ...others } = Object.fromEntries(answer?.headers ?? [])
        return {
          status: answer?.status,
          headers: others,
          text: answer?.text.replaceAll(String(id), 'the request’s id'),
        }
      }
      for (const [who, body, headers] of requests) {
        const expected = await ask(who, body, { ...headers, ...theLongWay })
        for (let time = 0; time < 3; time++)
          expect([who, body, headers, await ask(who, body, headers)]).toEqual([who, body, headers, expected])
      }
    },
  )
})
