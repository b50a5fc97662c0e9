import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { type CookieJar, type CookiePolicy, readCookie } from './cookies.ts'

/** Seconds: longer than what is bound to a browser lasts. */
const lifetime = 3600

/** What one browser keeps, so that what is made for it is good in it alone. It tells nothing of who uses it. */
export interface BrowserKey {
  /** As the browser sent it; null when it sent none. */
  sent: string | null
  /** Gives the browser's key, which it keeps for an hour from now on: the one that it sent, or else a new one. */
  keep(): string
}

export function createBrowserKey(
  header: string | undefined,
  { policy, jar, clock }: { policy: CookiePolicy; jar: CookieJar; clock: Clock },
): BrowserKey {
  const cookie = readCookie(header, 'browser', policy)
  // Only what this server makes: whoever plants a short one could guess it for others.
  const sent = cookie !== null && /^[\w-]{43}$/.test(cookie) ? cookie : null
  let key = sent
  return {
    sent,
    keep() {
      key ??= randomBytes(32).toString('base64url')
      jar.set('browser', key, new Date(clock.now().getTime() + lifetime * 1000))
      return key
    },
  }
}
