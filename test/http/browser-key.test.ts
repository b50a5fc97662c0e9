import { describe, expect, it } from 'vitest'
import { createBrowserKey } from '../../src/http/browser-key.ts'
import { createCookieJar } from '../../src/http/cookies.ts'

const policy = { secure: true, sameSite: 'lax' } as const
const clock = { now: () => new Date('2026-03-01T12:00:00.000Z') }
const known = 'k'.repeat(43)

function open(header: string | undefined) {
  const jar = createCookieJar(policy, clock)
  return { jar, key: createBrowserKey(header, { policy, jar, clock }) }
}

describe('createBrowserKey()', () => {
  it('makes a key of 32 random bytes when it is asked to, and the same one each time', () => {
    const { jar, key } = open(undefined)
    expect(key.sent).toBeNull()
    expect(jar.headers()).toEqual([])
    const kept = key.keep()
    expect(Buffer.from(kept, 'base64url')).toHaveLength(32)
    expect(key.keep()).toBe(kept)
    expect(open(undefined).key.keep()).not.toBe(kept)
    expect(jar.headers()).toEqual([`__Host-browser=${kept}; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax`])
  })

  it('keeps the one that the browser has', () => {
    const { jar, key } = open(`__Host-browser=${known}`)
    expect(key.sent).toBe(known)
    expect(key.keep()).toBe(known)
    expect(jar.headers()[0]).toContain(`__Host-browser=${known};`)
  })

  it.each([
    'browser=short',
    `browser=${known}`,
    '__Host-browser=a',
    `__Host-browser=${known}k`,
    `__Host-browser=${'.'.repeat(43)}`,
    `__Host-browser=${known}; __Host-browser=${known}`,
  ])('adopts nothing that this server has not made: %s', (header) => {
    const { key } = open(header)
    expect(key.sent).toBeNull()
    expect(key.keep()).not.toBe(known)
  })
})
