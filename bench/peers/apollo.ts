import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import { startStandaloneServer } from '@apollo/server/standalone'
import type { GraphQLSchema } from 'graphql'
import { tell } from '../tell.ts'
import { type Claims, readClaims } from './token.ts'

export interface Context {
  claims: Claims | null
}

/** Starts Apollo Server alone, without the plugin for cache hints: it is on by default, and a third of a list. */
export async function serveByApollo(schema: GraphQLSchema, plugins: ApolloServerPlugin<Context>[] = []): Promise<void> {
  const server = new ApolloServer<Context>({ schema, plugins: [ApolloServerPluginCacheControlDisabled(), ...plugins] })
  const { url } = await startStandaloneServer(server, {
    context: async ({ req }) => ({ claims: readClaims(req.headers.cookie) }),
    listen: { host: '127.0.0.1', port: 0 },
  })
  const { hostname, port } = new URL(url)
  tell({ address: hostname, family: 'IPv4', port: Number(port) })
}
