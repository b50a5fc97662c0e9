import { CookieJar } from 'tough-cookie'
import { onTestFinished, vi } from 'vitest'
import WebSocket from 'ws'

/** The headers that a page may send anywhere without the server's leave (Fetch, section 2.2.2). */
const safelisted = new Set(['accept', 'accept-language', 'content-language'])

/**
 * Makes the global `fetch` what it is to a page of the origin in a browser, until the test is over: with
 * `credentials: 'include'` cookies go along and are kept, and CORS decides what is sent and what is read. `WebSocket` too:
 * the cookies go along by themselves, and the server has to look at the origin.
 *
 * @returns the browser's cookies
 */
export function beBrowser(origin: string): CookieJar {
  const jar = new CookieJar()
  const send = globalThis.fetch

  async function preflight(url: string, method: string, names: string[]) {
    const headers = { 'access-control-request-method': method, 'access-control-request-headers': names.join(',') }
    const answer = await send(url, { method: 'OPTIONS', headers: { ...headers, origin } })
    const allowed = (answer.headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/, */)
    const refused = names.filter((name) => !allowed.includes(name))
    if (!answer.ok || refused.length > 0) throw new TypeError(`Failed to fetch: CORS does not allow ${refused}`)
    checkOrigin(answer)
  }

  function checkOrigin({ headers }: Response) {
    const allowed = headers.get('access-control-allow-origin') === origin
    if (!allowed || headers.get('access-control-allow-credentials') !== 'true')
      throw new TypeError('Failed to fetch: CORS does not let this page read the answer')
  }

  vi.stubGlobal('fetch', async (input: string | URL, init: RequestInit = {}) => {
    // Another browser's, by the clients of other tests: they bring cookies of their own.
    if (init.credentials === undefined) return send(input, init)
    const url = String(input)
    const headers = new Headers(init.headers)
    const names = [...headers.keys()].filter((name) => !safelisted.has(name))
    if (names.length > 0) await preflight(url, init.method ?? 'GET', names)
    headers.set('cookie', await jar.getCookieString(url))
    headers.set('origin', origin)
    headers.set('sec-fetch-site', 'same-site')
    const answer = await send(url, { ...init, headers })
    for (const cookie of answer.headers.getSetCookie()) await jar.setCookie(cookie, url)
    checkOrigin(answer)
    return answer
  })
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(address: string, protocols: string) {
        const cookie = jar.getCookieStringSync(address.replace(/^ws/, 'http'))
        super(address, protocols, { headers: { cookie, origin } })
      }
    },
  )
  onTestFinished(() => void vi.unstubAllGlobals())
  return jar
}
