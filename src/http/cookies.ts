import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie'
import type { Clock } from '../clock.ts'

/** The attributes that every cookie of this server has alike. */
export interface CookiePolicy {
  secure: boolean
  sameSite: 'lax' | 'none'
}

export type CookieName = 'session' | 'device' | 'browser'

const hostNames: Record<CookieName, string> = {
  session: '__Host-session',
  device: '__Host-device',
  browser: '__Host-browser',
}

/** What the browser enforces of a `__Host-` name: Secure, Path=/, no Domain (RFC 6265bis, section 4.1.3.2). */
export function cookieName(name: CookieName, { secure }: CookiePolicy): string {
  return secure ? hostNames[name] : name
}

/** Gives the cookie's value; null when it is absent, or when there are two of the name and either may be planted. */
export function readCookie(header: string | undefined, name: CookieName, policy: CookiePolicy): string | null {
  const wanted = cookieName(name, policy)
  if (!header?.includes(wanted)) return null
  let found: string | null = null
  // Pair by pair, because parseCookie gives the first of a name and drops the rest in silence.
  for (const pair of header.split(';')) {
    const value = parseCookie(pair)[wanted]
    if (value === undefined) continue
    if (found !== null) return null
    found = value
  }
  return found
}

/** The cookies that a response is to set. The last word on a name counts. */
export interface CookieJar {
  set(name: CookieName, value: string, expiresAt: Date): void
  clear(name: CookieName): void
  /** Values of Set-Cookie, one a header. */
  headers(): string[]
}

export function createCookieJar(policy: CookiePolicy, clock: Clock): CookieJar {
  const cookies = new Map<CookieName, string>()
  const put = (name: CookieName, cookie: Pick<SetCookie, 'value' | 'maxAge' | 'expires'>) =>
    cookies.set(
      name,
      stringifySetCookie({
        name: cookieName(name, policy),
        ...cookie,
        path: '/',
        httpOnly: true,
        secure: policy.secure,
        sameSite: policy.sameSite,
        // A cookie of other sites' pages is one for each of those sites (CHIPS): else browsers keep none of them.
        partitioned: policy.sameSite === 'none',
      }),
    )

  return {
    set(name, value, expiresAt) {
      const maxAge = Math.max(0, Math.ceil((expiresAt.getTime() - clock.now().getTime()) / 1000))
      put(name, { value, maxAge })
    },
    clear: (name) => put(name, { value: '', maxAge: 0, expires: new Date(0) }),
    headers: () => [...cookies.values()],
  }
}
