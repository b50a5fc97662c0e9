import { describe, expect, it } from 'vitest'
import { isTrustedOrigin } from '../../src/http/cross-site.ts'

const own = 'https://api.example.com'
const listed = 'https://app.example.com'
const foreign = 'https://evil.example'
const trusted = new Set([own, listed])

describe('isTrustedOrigin()', () => {
  it.each([
    ['the own page', 'same-origin', own],
    ['a person who types an address', 'none', undefined],
    ['a page of a listed origin on another site', 'cross-site', listed],
    ['a page of a listed origin on the same site', 'same-site', listed],
    ['the own page, by a browser without fetch metadata', undefined, own],
    ['a listed page, by a browser without fetch metadata', undefined, listed],
    ['no browser', undefined, undefined],
  ])('allows %s', (_, site, origin) => {
    expect(isTrustedOrigin({ site, origin }, trusted)).toBe(true)
  })

  it.each([
    ['a page of another site', 'cross-site', foreign],
    ['another page of the same site', 'same-site', 'https://other.example.com'],
    ['another site that names no origin', 'cross-site', undefined],
    ['a sandboxed page', 'cross-site', 'null'],
    ['a foreign page, by a browser without fetch metadata', undefined, foreign],
    ['a sandboxed page, by a browser without fetch metadata', undefined, 'null'],
    ['an origin that only starts like a listed one', 'cross-site', `${listed}.evil.example`],
    ['a listed origin in another scheme', 'cross-site', 'http://app.example.com'],
    ['a value that no browser sends', 'everywhere', undefined],
  ])('refuses %s', (_, site, origin) => {
    expect(isTrustedOrigin({ site, origin }, trusted)).toBe(false)
  })
})
