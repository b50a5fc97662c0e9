import cookie from '@fastify/cookie'
import jwt from '@fastify/jwt'
import fastify from 'fastify'
import { Kind } from 'graphql'
import mercurius from 'mercurius'
import mercuriusAuth from 'mercurius-auth'
import { tell } from '../tell.ts'
import { type Claims, secret } from './token.ts'
import { cookieName, describeWorld, resolvers } from './world.ts'

/** As the documentation of mercurius-auth and @fastify/jwt has it, with jit; also with the cache of verified tokens. */

const server = fastify()
await server.register(cookie)
await server.register(jwt, {
  secret,
  cookie: { cookieName, signed: false },
  verify: { cache: process.env.JWT_CACHE === 'on' },
})
server.addHook('preHandler', async (request) => {
  await request.jwtVerify()
})
await server.register(mercurius, {
  schema: `directive @auth(requires: String!) on FIELD_DEFINITION ${describeWorld({ signedIn: '@auth(requires: "MEMBER")', admin: '@auth(requires: "ADMIN")' })}`,
  resolvers: resolvers as never,
  jit: 1,
})
await server.register(mercuriusAuth.default, {
  authDirective: 'auth',
  authContext: ({ reply }) => ({ identity: reply.request.user }),
  async applyPolicy(directive, _parent, _args, context) {
    const required = directive.arguments?.[0]?.value
    const { roles } = (context.auth as unknown as { identity: Claims }).identity
    return required?.kind === Kind.STRING && (required.value === 'MEMBER' || roles.includes(required.value))
  },
})
await server.listen({ host: '127.0.0.1', port: 0 })
tell(server.server.address())
