import { createServer } from 'node:http'
import { useGenericAuth } from '@envelop/generic-auth'
import { createSchema, createYoga } from 'graphql-yoga'
import { tell } from '../tell.ts'
import { type Claims, readClaims } from './token.ts'
import { describeWorld, resolvers } from './world.ts'

/**
 * Granular protection by directives. Without the plugin for jit, which costs it more than it brings: generic-auth hands on
 * another document each time, and each is compiled.
 */

type User = Claims & { scope: readonly string[] }

const yoga = createYoga({
  schema: createSchema({
    typeDefs: `
      directive @authenticated on FIELD_DEFINITION
      directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
      ${describeWorld({ signedIn: '@authenticated', admin: '@requiresScopes(scopes: [["ADMIN"]])' })}`,
    resolvers,
  }),
  logging: false,
  landingPage: false,
  plugins: [
    useGenericAuth<User>({
      mode: 'protect-granular',
      resolveUserFn({ request }) {
        const claims = readClaims((request as Request).headers.get('cookie') ?? undefined)
        return claims && { ...claims, scope: claims.roles }
      },
      extractScopes: ({ scope }) => [...scope],
      rejectUnauthenticated: false,
    }),
  ],
})
const server = createServer(yoga)
server.listen(0, '127.0.0.1', () => tell(server.address()))
