import fastify from 'fastify'
import mercurius from 'mercurius'
import { findViewer, schema } from './notes.ts'

const server = fastify()

await server.register(mercurius, {
  schema,
  path: '/',
  context: (request) => ({ viewer: findViewer(request.headers['x-user']) }),
})

console.log(`Ready at ${await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 4000) })}/`)
