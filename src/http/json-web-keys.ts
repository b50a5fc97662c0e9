import type { FastifyInstance } from 'fastify'
import { publishKeys } from '../identity/json-web-key-set.ts'
import type { KeyRing } from '../identity/key-ring.ts'

/** Seconds for which others may go by what they have read: a key that is new to them they look up anyway. */
const maxAge = 300

/** Publishes the keys by which others can verify tokens (RFC 7517). */
export function addJsonWebKeyRoute(server: FastifyInstance, keys: Pick<KeyRing, 'list'>): void {
  server.get('/.well-known/jwks.json', async (_request, reply) => {
    reply.headers({ 'content-type': 'application/jwk-set+json', 'cache-control': `public, max-age=${maxAge}` })
    return JSON.stringify(publishKeys(keys))
  })
}
