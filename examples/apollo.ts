import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { authorizationPlugin } from '../src/directives/index.ts'
import { type Context, findViewer, schema } from './notes.ts'

// The plugin refuses a mutation whole before any of it runs. Without it every rule holds all the same, field by field.
const server = new ApolloServer<Context>({ schema, plugins: [authorizationPlugin(schema)] })

const { url } = await startStandaloneServer(server, {
  context: async ({ req }) => ({ viewer: findViewer(req.headers['x-user']) }),
  listen: { host: '127.0.0.1', port: Number(process.env.PORT ?? 4000) },
})
console.log(`Ready at ${url}`)
