import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { consoleContentSecurityPolicy } from './security-headers.ts'

export const consolePath = '/console'

const notBuilt = `<!doctype html>
<html lang="en">
<title>The console is not built</title>
<h1>The console is not built</h1>
<p>Build it where this server's files are, with <code>npm ci && npm run build:console</code>, and load this page again.
<code>npm start</code> does so by itself.</p>
</html>
`

/** Whether the console's pages are there to be served. */
export function isConsoleBuilt(folder: string): boolean {
  return existsSync(join(folder, 'index.html'))
}

/**
 * Serves the console, which are static files that `npm run build:console` makes. What stands under `assets/` is named
 * for its content and never changes; every other path is a page of the console, which finds out for itself what to show.
 */
export async function addConsole(server: FastifyInstance, folder: string): Promise<void> {
  const assets = join(folder, 'assets')
  await server.register(fastifyStatic, {
    root: assets,
    prefix: `${consolePath}/assets/`,
    // Made beforehand by the build: nothing is compressed while somebody waits.
    preCompressed: true,
    cacheControl: false,
    dotfiles: 'ignore',
    index: false,
    // The folder may be made while the server runs.
    suppressWarning: true,
    setHeaders: (reply, path) => {
      if (path.startsWith(assets)) reply.header('cache-control', 'public, max-age=31536000, immutable')
    },
  })

  const sendPage = (_request: unknown, reply: FastifyReply): FastifyReply => {
    if (!isConsoleBuilt(folder)) return reply.code(503).type('text/html; charset=utf-8').send(notBuilt)
    reply.header('content-security-policy', consoleContentSecurityPolicy)
    return reply.sendFile('index.html', folder, { cacheControl: false, etag: false, lastModified: false })
  }
  server.get(`${consolePath}/*`, sendPage)
  server.get(consolePath, ({ url }, reply) => reply.redirect(`${consolePath}/${url.slice(consolePath.length)}`, 308))
}
