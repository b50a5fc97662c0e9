import type { FastifyHelmetOptions } from '@fastify/helmet'

const oneYear = 365 * 86_400

const denied = ['default-src', 'base-uri', 'form-action', 'frame-ancestors']

/** What every answer tells browsers. Nothing here is a page, but for Apollo Sandbox in development. */
export function securityHeaders({ secure }: { secure: boolean }): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: Object.fromEntries(denied.map((name) => [name, ["'none'"]])),
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure ? { maxAge: oneYear, includeSubDomains: false } : false,
  }
}

/** The same as headers, for the answers that no hook sees: to what the router cannot read. */
export function plainSecurityHeaders({ secure }: { secure: boolean }): Record<string, string> {
  return {
    'content-security-policy': denied.map((name) => `${name} 'none'`).join(';'),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    ...(secure && { 'strict-transport-security': `max-age=${oneYear}` }),
  }
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
