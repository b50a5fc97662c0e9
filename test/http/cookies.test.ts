import { describe, expect, it } from 'vitest'
import { createCookieJar, readCookie } from '../../src/http/cookies.ts'

const http = { secure: false, sameSite: 'lax' } as const
const https = { secure: true, sameSite: 'lax' } as const
const clock = { now: () => new Date('2026-03-01T12:00:00.000Z') }
const inAMinute = new Date('2026-03-01T12:01:00.000Z')

describe('readCookie()', () => {
  it('reads the configured name alone', () => {
    expect(readCookie('a=1; session=plain; __Host-session=secure', 'session', http)).toBe('plain')
    expect(readCookie('a=1; session=plain; __Host-session=secure', 'session', https)).toBe('secure')
    expect(readCookie('__Host-session=secure', 'session', http)).toBeNull()
    expect(readCookie('session=plain', 'session', https)).toBeNull()
  })

  it.each(['session=a; session=b', 'session=a; x=1; session=a', 'session=; session=a'])(
    'takes two of the name for none: %s',
    (header) => {
      expect(readCookie(header, 'session', http)).toBeNull()
    },
  )

  it.each([undefined, '', ';;', '=', 'sessions=a', 'x=session=a', '__proto__=a'])('finds none in %j', (header) => {
    expect(readCookie(header, 'session', http)).toBeNull()
  })
})

describe('createCookieJar()', () => {
  it('sets cookies that scripts cannot read, for as long as the session lasts', () => {
    const jar = createCookieJar(http, clock)
    jar.set('session', 'token', inAMinute)
    expect(jar.headers()).toEqual(['session=token; Max-Age=60; Path=/; HttpOnly; SameSite=Lax'])
  })

  it('binds cookies to the host over HTTPS', () => {
    const jar = createCookieJar(https, clock)
    jar.set('session', 'token', inAMinute)
    expect(jar.headers()).toEqual(['__Host-session=token; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax'])
  })

  it('follows the policy for a frontend on another site, and keeps one such site from the next', () => {
    const jar = createCookieJar({ secure: true, sameSite: 'none' }, clock)
    jar.set('device', 'token', inAMinute)
    jar.clear('session')
    expect(jar.headers()).toEqual([
      '__Host-device=token; Max-Age=60; Path=/; HttpOnly; Secure; Partitioned; SameSite=None',
      '__Host-session=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; Partitioned; SameSite=None',
    ])
  })

  it('clears with the attributes that it sets with', () => {
    const jar = createCookieJar(https, clock)
    jar.clear('session')
    expect(jar.headers()).toEqual([
      '__Host-session=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
    ])
  })

  it('sends one cookie a name: the last word counts', () => {
    const jar = createCookieJar(http, clock)
    jar.clear('session')
    jar.set('session', 'one', inAMinute)
    jar.set('session', 'two', inAMinute)
    jar.set('device', 'three', inAMinute)
    expect(jar.headers().map((header) => header.split(';', 1)[0])).toEqual(['session=two', 'device=three'])
  })

  it('never sets a cookie for longer than zero seconds once its session is over', () => {
    const jar = createCookieJar(http, clock)
    jar.set('session', 'token', new Date('2026-03-01T11:00:00.000Z'))
    expect(jar.headers()[0]).toContain('Max-Age=0')
  })
})
