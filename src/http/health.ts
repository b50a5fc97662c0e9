import type { FastifyInstance } from 'fastify'

/**
 * Whether the process runs, and whether it can serve. While the server stops it answers 503 to everything by itself.
 *
 * @param ready - rejects when the database cannot be read
 */
export function addHealthRoutes(server: FastifyInstance, ready: () => Promise<void>): void {
  server.get('/health/live', async () => ({ status: 'live' }))

  server.get('/health/ready', async (request, reply) => {
    try {
      await ready()
      return { status: 'ready' }
    } catch (error) {
      request.log.error({ err: error }, 'not ready')
      return reply.code(503).send({ status: 'unavailable' })
    }
  })
}
