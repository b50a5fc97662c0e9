import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/errors.ts'
import { parseProviderSettings } from '../../../src/identity/oauth/parse-provider-settings.ts'

const one = {
  id: 'one',
  name: 'Provider one',
  issuer: 'https://id.example.com',
  clientId: 'gatehouse',
  clientSecret: 'swordfish',
}

const parse = (list: unknown, production = true) => parseProviderSettings(JSON.stringify(list), production)

function problemsOf(list: unknown, production = true) {
  try {
    parse(list, production)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(new Set(error.problems.map(({ variable }) => variable))).toEqual(new Set(['OAUTH_PROVIDERS']))
    expect(error.message).not.toContain('swordfish')
    return error.problems.map(({ problem }) => problem)
  }
  return []
}

describe('parseProviderSettings()', () => {
  it('reads providers, which are asked for an address and a name unless told otherwise', () => {
    expect(parse([one])).toEqual([{ ...one, scopes: ['openid', 'email', 'profile'] }])
    expect(parse([{ ...one, scopes: ['openid'] }])).toEqual([{ ...one, scopes: ['openid'] }])
    expect(parse([])).toEqual([])
  })

  it.each(['{}', '"one"', 'null', '[', JSON.stringify(Array.from({ length: 21 }, () => one))])(
    'refuses what is no list, or a long one: %.20s',
    (json) => {
      expect(() => parseProviderSettings(json, true)).toThrow('should be a JSON list of')
    },
  )

  it.each([
    [{ id: 'One' }, '[0] id should be'],
    [{ id: '../one' }, '[0] id should be'],
    [{ name: '' }, '[0] name should be'],
    [{ issuer: 'http://id.example.com' }, '[0] issuer should be an https address'],
    [{ issuer: 'http://localhost:9000' }, '[0] issuer should be an https address'],
    [{ issuer: 'https://id.example.com/?x' }, '[0] issuer should be'],
    [{ issuer: 'https://id.example.com/#x' }, '[0] issuer should be'],
    [{ issuer: 'https://swordfish@id.example.com' }, '[0] issuer should be'],
    [{ issuer: 'https://id.example.com/.well-known/openid-configuration' }, '[0] issuer should be'],
    [{ clientId: 1 }, '[0] clientId should be'],
    [{ clientSecret: '' }, '[0] clientSecret should be'],
    [{ scopes: ['email'] }, '[0] scopes should be'],
    [{ scopes: ['openid', 'a b'] }, '[0] scopes should be'],
    [{ scopes: 'openid' }, '[0] scopes should be'],
    [{ secret: 'swordfish' }, '[0] should have no fields but'],
  ])('refuses %j', (more, problem) => {
    expect(problemsOf([{ ...one, ...more }])).toEqual([expect.stringContaining(problem)])
  })

  it('takes http on this very machine, outside production', () => {
    for (const issuer of ['http://localhost:9000', 'http://127.0.0.1:9000', 'http://[::1]:9000'])
      expect(problemsOf([{ ...one, issuer }], false)).toEqual([])
    for (const issuer of ['http://id.example.com', 'http://localhost.example.com', 'http://127.0.0.1.example.com'])
      expect(problemsOf([{ ...one, issuer }], false)).toEqual([expect.stringContaining('or http on localhost')])
  })

  it('tells every fault at once, of entries that are none too', () => {
    expect(problemsOf([{ ...one, id: '', name: '' }, 1])).toHaveLength(2 + 5)
  })

  it('refuses two of one id, and two of one issuer, whose answers could be taken for each other', () => {
    const two = { ...one, id: 'two', issuer: 'https://two.example.com' }
    expect(problemsOf([one, two])).toEqual([])
    expect(problemsOf([one, { ...two, id: 'one' }])).toEqual(['should name each id once'])
    expect(problemsOf([one, { ...two, issuer: one.issuer }])).toEqual(['should name each issuer once'])
  })
})
