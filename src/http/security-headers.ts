import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet from 'helmet'

const oneYear = 365 * 86_400

/**
 * Gives what every answer tells browsers: made once, since it is the same for all. Nothing here is a page, but for
 * Apollo Sandbox in development.
 */
export function createSecurityHeaders({ secure }: { secure: boolean }): Record<string, string> {
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    frameguard: { action: 'deny' },
    // What only browsers heeded that are gone, or what they do by themselves: each answer would carry it.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    xDnsPrefetchControl: false,
    originAgentCluster: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure ? { maxAge: oneYear, includeSubDomains: false } : false,
  })
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  setHeaders(request, response, (error) => {
    if (error) throw error
  })
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]))
}

const apollo = (subdomain: string) => `https://${subdomain}.apollographql.com`

/**
 * What Apollo's embedded Sandbox loads. The page brings a policy of its own with nonces, and both have to be met: so
 * `'unsafe-inline'` here allows nothing that the page's own policy does not.
 */
export const sandboxContentSecurityPolicy = [
  "default-src 'none'",
  `script-src 'unsafe-inline' ${apollo('embeddable-sandbox.cdn')}`,
  `style-src 'unsafe-inline' ${apollo('embeddable-sandbox.cdn')} https://fonts.googleapis.com`,
  'font-src https://fonts.gstatic.com',
  `img-src ${apollo('apollo-server-landing-page.cdn')}`,
  `manifest-src ${apollo('apollo-server-landing-page.cdn')}`,
  `frame-src ${apollo('sandbox.embed')}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** What the console's pages load: files of this server, and the QR code of an authenticator app as a `data:` image. */
export const consoleContentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
