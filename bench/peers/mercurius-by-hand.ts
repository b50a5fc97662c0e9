import { createSecretKey } from 'node:crypto'
import { parseCookie } from 'cookie'
import fastify from 'fastify'
import { defaultFieldResolver, GraphQLError, type GraphQLFieldResolver } from 'graphql'
import mercurius from 'mercurius'
import { systemClock } from '../../src/clock.ts'
import { createId } from '../../src/id.ts'
import { createTokenKind } from '../../src/identity/jwt.ts'
import { createKeyRing } from '../../src/identity/key-ring.ts'
import { tell } from '../tell.ts'
import { type Claims, secret } from './token.ts'
import { cookieName, describeWorld, guardedFields, resolvers } from './world.ts'

/** The fastest that anyone could build on it: synchronous guards by hand, and this project's memory of verified tokens. */

interface Context {
  claims: Claims | null
}
type Resolver = GraphQLFieldResolver<unknown, Context>

const key = createSecretKey(secret)
const tokens = createTokenKind('session+jwt', {
  keys: createKeyRing([{ kid: 'bench', algorithm: 'HS256', signingKey: key, verificationKey: key }]),
  issuer: 'https://api.example.com',
  audience: 'https://api.example.com',
  clock: systemClock,
  createId,
})

const guard =
  (role: 'ADMIN' | null, resolve: Resolver = defaultFieldResolver): Resolver =>
  (parent, args, context, info) => {
    if (!context.claims) throw new GraphQLError('UNAUTHENTICATED')
    if (role !== null && !context.claims.roles.includes(role)) throw new GraphQLError('FORBIDDEN')
    return resolve(parent, args, context, info)
  }

const server = fastify()
await server.register(mercurius, {
  schema: describeWorld(),
  resolvers: {
    Query: { items: guard(null, resolvers.Query.items), me: guard(null, resolvers.Query.me) },
    Mutation: { rename: guard('ADMIN', resolvers.Mutation.rename as Resolver) },
    Item: Object.fromEntries(guardedFields.map((field) => [field, guard('ADMIN')])),
  } as never,
  context(request) {
    const verification = tokens.verify(parseCookie(request.headers.cookie ?? '')[cookieName] ?? '')
    return { claims: 'claims' in verification ? verification.claims : null }
  },
  jit: 1,
})
await server.listen({ host: '127.0.0.1', port: 0 })
tell(server.server.address())
