import { Kind, parseValue as parseLiteralText } from 'graphql'
import { describe, expect, it } from 'vitest'
import { type ScalarCoding, scalars } from '../../src/graphql/resolvers/scalars.ts'

const { DateTime, EmailAddress } = scalars

function parses<Value>(scalar: ScalarCoding<Value>, text: unknown) {
  return scalar.parseValue(text)
}

describe('DateTime', () => {
  it.each([
    ['2026-01-31T09:30:00.000Z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31T11:30:00.5+02:00', '2026-01-31T09:30:00.500Z'],
  ])('takes %s', (text, expected) => {
    expect(parses(DateTime, text)).toEqual(new Date(expected))
    expect(DateTime.parseLiteral({ kind: Kind.STRING, value: text }, {})).toEqual(new Date(expected))
  })

  it.each(['', '2026-01-31', '2026-02-30T00:00:00Z', '2026-01-31T25:00:00Z', 'yesterday', 1_769_851_800_000, null, {}])(
    'refuses %s and says what it should be',
    (value) => {
      expect(() => parses(DateTime, value)).toThrow(
        /^DateTime must be an RFC 3339 date-time such as 2026-01-31T09:30:00\.000Z$/,
      )
    },
  )

  it('serializes to UTC with milliseconds', () => {
    expect(DateTime.serialize(new Date(Date.UTC(2026, 0, 31, 9, 30)))).toBe('2026-01-31T09:30:00.000Z')
    expect(() => DateTime.serialize(new Date(Number.NaN))).toThrow()
  })
})

describe('EmailAddress', () => {
  const longest = `${'a'.repeat(242)}@example.com`

  it.each(['ada@example.com', 'Ada.Lovelace+tag@mail.example.co.uk', "o'hara@example.com", longest])(
    'takes %s',
    (text) => {
      expect(parses(EmailAddress, text)).toBe(text)
      expect(EmailAddress.parseLiteral({ kind: Kind.STRING, value: text }, {})).toBe(text)
    },
  )

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@example..com',
    'ada @example.com',
    'ada@example.com\n',
    'Ada <ada@example.com>',
    'ada@example.com, eve@example.com',
    `a${longest}`,
    42,
    null,
  ])('refuses %j, says what it should be and does not repeat it', (value) => {
    const expected = /^EmailAddress must be an e-mail address such as ada@example\.com, at most 254 characters$/
    expect(() => parses(EmailAddress, value)).toThrow(expected)
  })

  it('refuses literals of other kinds', () => {
    for (const text of ['42', 'ada', '["ada@example.com"]', '{ a: 1 }']) {
      expect(() => EmailAddress.parseLiteral(parseLiteralText(text), {})).toThrow(/^EmailAddress must be/)
    }
  })

  it('serializes whatever address the store has', () => {
    expect(EmailAddress.serialize('ünal@example.com')).toBe('ünal@example.com')
  })
})

describe('JSON', () => {
  const literal = (text: string, variables = {}) => scalars.JSON.parseLiteral(parseLiteralText(text), variables)

  it('takes any value as it is, by variable and written out', () => {
    const value = { a: [1, 2.5, 'b', null, true], c: { d: {} } }
    expect(scalars.JSON.parseValue(value)).toBe(value)
    expect(literal('{ a: [1, 2.5, "b", null, true], c: { d: {} } }')).toEqual(value)
  })

  it('takes a name that objects inherit from for a name like any other', () => {
    const value = literal('{ __proto__: { admin: true } }')
    expect(Object.keys(Object(value))).toEqual(['__proto__'])
    expect(Object(value).admin).toBeUndefined()
  })

  it('gives any value as it is', () => {
    expect(scalars.JSON.serialize({ a: [null] })).toEqual({ a: [null] })
  })
})
