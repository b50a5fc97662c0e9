import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { tell } from '../tell.ts'
import { type Claims, secret } from './token.ts'
import { cookieName, guardedFields, type Item, items, operations, resolvers } from './world.ts'

/** What the runtime itself costs: no GraphQL, an answer for each operation, and the token's HMAC. */

const findToken = new RegExp(`(?:^|; )${cookieName}=([^;]+)`)
const [list, me] = operations

function readClaims(header = ''): Claims | null {
  const [head = '', payload = '', signature = ''] = findToken.exec(header)?.[1]?.split('.') ?? []
  const expected = createHmac('sha256', secret).update(`${head}.${payload}`).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims & { exp: number }
  return claims.exp > Date.now() / 1000 ? claims : null
}

/** Nulls in the place of what only administrators may have. */
function show(item: Item, admin: boolean): Record<string, string | null> {
  const { id: _, ...shown } = item
  return admin ? shown : { ...shown, ...Object.fromEntries(guardedFields.map((field) => [field, null])) }
}

function answer(body: string, claims: Claims | null): unknown {
  const { query, variables } = JSON.parse(body) as { query: string; variables?: { id: string; to: string } }
  const admin = claims?.roles.includes('ADMIN') ?? false
  if (!claims) return { errors: [{ message: 'UNAUTHENTICATED' }] }
  if (query === me?.body.query) return { data: { me: items[7] && show(items[7], admin) } }
  if (query === list?.body.query) {
    const denied = admin ? undefined : [{ message: 'FORBIDDEN' }]
    return { data: { items: items.map((item) => show(item, admin)) }, errors: denied }
  }
  const renamed = variables && resolvers.Mutation.rename(null, variables)
  return { data: { rename: renamed && show(renamed, admin) } }
}

function send(response: ServerResponse, content: unknown): void {
  const text = JSON.stringify(content)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => send(response, answer(Buffer.concat(chunks).toString(), readClaims(request.headers.cookie))))
})
server.listen(0, '127.0.0.1', () => tell(server.address()))
