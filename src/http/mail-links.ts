import type { FastifyInstance } from 'fastify'
import { consolePath, isConsoleBuilt } from './console.ts'

/** Where links in mails lead, and what to do with the token that stands in the link's fragment. */
const pages = {
  '/verify-email': 'mutation { verifyEmail(token: "…") }',
  '/reset-password': 'mutation { resetPassword(token: "…", newPassword: "…") }',
}

/**
 * Answers the links in mails until a frontend serves these paths: by the console's pages, or where those are not built
 * by one that says what to do. The token stands in the fragment, which browsers send to nobody, and keep when they are
 * led on: a GET, by whomever or whatever looks at mails, consumes nothing and tells no log.
 */
export function addMailLinkRoutes(server: FastifyInstance, consoleFolder: string): void {
  for (const [path, mutation] of Object.entries(pages)) {
    const page = [
      '<!doctype html>',
      '<title>One more step</title>',
      '<h1>One more step</h1>',
      "<p>The token is what follows <code>#</code> in this page's address. Hand it to the API, where the dots are:</p>",
      `<pre>${mutation}</pre>`,
      '',
    ].join('\n')
    server.get(path, async (_request, reply) =>
      isConsoleBuilt(consoleFolder)
        ? reply.redirect(`${consolePath}${path}`, 303)
        : reply.type('text/html; charset=utf-8').send(page),
    )
  }
}
