import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import type { DevelopmentInbox } from '../identity/email/development-inbox.ts'
import { escapeHtml, type WrittenMail } from '../identity/email/write-mail.ts'

export const devMailPath = '/dev/mail'

/** Shows the mails of a development server, to browsers on this very machine. Add it in development alone. */
export function addDevMailRoute(server: FastifyInstance, inbox: DevelopmentInbox): void {
  server.get(devMailPath, async (request, reply) => {
    if (!isLocal(request)) return reply.callNotFound()
    const mails = inbox.list().map(show).join('\n<hr>\n')
    return reply
      .type('text/html; charset=utf-8')
      .send(`<!doctype html>\n<title>Mail</title>\n<h1>Mail</h1>\n${mails || '<p>None yet.</p>'}\n`)
  })
}

/** By the connection itself, and under a name that only this machine has: no proxy, and no name that was rebound. */
function isLocal({ socket, hostname, headers }: FastifyRequest): boolean {
  const { remoteAddress = '' } = socket
  const loopback = isIP(remoteAddress) !== 0 && ipaddr.process(remoteAddress).range() === 'loopback'
  const proxied = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return loopback && !proxied && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

function show({ to, subject, text }: WrittenMail): string {
  // The token in a link's fragment is base64url: nothing in it ends the link.
  const body = escapeHtml(text).replace(/^https?:\/\/\S+$/gm, (url) => `<a href="${url}">${url}</a>`)
  return `<h2>${escapeHtml(subject)}</h2>\n<p>To ${escapeHtml(to)}</p>\n<pre>${body}</pre>`
}
