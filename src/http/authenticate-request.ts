import type { Awaitable } from '../awaitable.ts'
import type { Config } from '../config.ts'
import { authenticateApiToken, confirmApiToken } from '../identity/api-token/authenticate-api-token.ts'
import { type Authentication, authenticate, confirmSession } from '../identity/authenticate.ts'
import type { Identity } from '../identity/identity.ts'
import type { Standing } from '../identity/session-watch.ts'
import { type CookiePolicy, readCookie } from './cookies.ts'

/** What a request shows of who sends it. */
export interface Credentials {
  /** An API token, good or bad, empty too: then the cookies count for nothing. Null without one. */
  apiToken: string | null
  /** The session cookie's value, good or bad. */
  sessionToken: string | null
  /** The header with the cookies that count. */
  cookieHeader: string | undefined
}

interface Headers {
  authorization?: string | undefined
  cookie?: string | undefined
}

export function readCredentials({ authorization, cookie }: Headers, policy: CookiePolicy): Credentials {
  const match = /^bearer(?:\s+(.*))?$/i.exec(authorization ?? '')
  if (match) return { apiToken: match[1] ?? '', sessionToken: null, cookieHeader: undefined }
  return { apiToken: null, sessionToken: readCookie(cookie, 'session', policy), cookieHeader: cookie }
}

/** Tells who a request comes from, whichever way it came: by HTTP, as a stream of events, or by WebSocket. */
export function authenticateRequest(
  identity: Identity,
  { apiToken, sessionToken }: Credentials,
): Awaitable<Authentication> {
  return apiToken === null ? authenticate(identity, sessionToken) : authenticateApiToken(identity, apiToken)
}

/** Tells whether they are let in still, without that being a use of their session. */
export async function confirmRequest(
  identity: Identity,
  { apiToken, sessionToken }: Credentials,
): Promise<Standing | null> {
  if (apiToken !== null) return confirmApiToken(identity, apiToken)
  return sessionToken === null ? null : confirmSession(identity, sessionToken)
}

export function cookiePolicy({ secure, cookieSameSite }: Config): CookiePolicy {
  return { secure, sameSite: cookieSameSite }
}
