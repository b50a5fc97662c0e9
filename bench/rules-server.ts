import { createSecretKey, randomBytes } from 'node:crypto'
import { ApolloServer, HeaderMap } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { parseCookie } from 'cookie'
import fastify from 'fastify'
import { systemClock } from '../src/clock.ts'
import { authorizationPlugin, type Viewer } from '../src/directives/index.ts'
import { createExecutor } from '../src/graphql/executor.ts'
import { createId } from '../src/id.ts'
import { createTokenKind } from '../src/identity/jwt.ts'
import { createKeyRing } from '../src/identity/key-ring.ts'
import { executionPlugin } from './execution-plugin.ts'
import { list } from './rules-schema.ts'

/** Serves the same operations with rules and without, to whom a signed cookie names. Tells its CPU time when asked. */

export type Served = 'plain' | 'private' | 'guarded'
export type Cookies = Record<'admin' | 'member', string>

const key = createSecretKey(randomBytes(32))
const keys = createKeyRing([{ kid: '1', algorithm: 'HS256', signingKey: key, verificationKey: key }])
const tokens = createTokenKind('session+jwt', {
  keys,
  issuer: 'http://localhost',
  audience: 'http://localhost',
  clock: systemClock,
  createId,
})

/** `private` is the one without rules, whose answers bear the two headers all the same by which those with rules are kept from caches. */
async function start(name: Served) {
  const schema = name === 'guarded' ? list.guarded : list.plain
  const { execute } = createExecutor(list.guarded, { formatError: (formatted) => formatted })
  const apollo = new ApolloServer<{ viewer: Viewer | null }>({
    schema,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      name === 'guarded' ? authorizationPlugin(schema, { execute }) : executionPlugin(schema, name === 'private'),
    ],
  })
  await apollo.start()
  server.post(`/${name}`, async ({ headers, body }, reply) => {
    const verification = tokens.verify(parseCookie(headers.cookie ?? '').session ?? '')
    const viewer: Viewer | null =
      'claims' in verification ? { id: verification.claims.sub, roles: verification.claims.roles as string[] } : null
    const map = new HeaderMap([['content-type', 'application/json']])
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: map, search: '', body },
      context: async () => ({ viewer }),
    })
    if (answer.body.kind !== 'complete') throw new TypeError('expected one result')
    const head: Record<string, string> = { vary: 'Origin', 'cache-control': 'no-store' }
    for (const [name, value] of answer.headers) head[name] = name === 'vary' ? `${head.vary}, ${value}` : value
    return reply
      .code(answer.status ?? 200)
      .headers(head)
      .send(answer.body.string)
  })
}

const server = fastify()
await start('plain')
await start('private')
await start('guarded')
await server.listen({ port: 0, host: '127.0.0.1' })
const exp = Math.floor(Date.now() / 1000) + 3600
const cookieOf = (role: string) => `session=${tokens.sign({ sub: '1', exp, roles: [role] })}`
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
const address = server.server.address()
process.send?.({
  port: typeof address === 'object' && address?.port,
  cookies: { admin: cookieOf('ADMIN'), member: cookieOf('MEMBER') },
})
