import { buildSchema, graphql, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { withoutValues } from '../../src/graphql/without-values.ts'

const schema = buildSchema(`
  enum Role { ADMIN }
  input One @oneOf { id: ID role: Role }
  input Credentials { password: String! }
  type Query {
    login(password: String, n: Int, f: Float, b: Boolean, id: ID, role: Role, one: One, in: Credentials, list: [Credentials!]): Int
  }
`)

async function messageOf(type: string, value: unknown): Promise<string> {
  const argument = { 'Credentials!': 'in', '[Credentials!]': 'list' }[type] ?? `${type.toLowerCase()}`
  const name = { String: 'password', Int: 'n', Float: 'f', Boolean: 'b' }[type] ?? argument
  const source = `query ($v: ${type}) { login(${name}: $v) }`
  const { errors = [] } = await graphql({ schema, source, variableValues: { v: value } })
  const [error] = errors
  if (!error) throw new Error(`${source} took ${JSON.stringify(value)}`)
  return withoutValues(error.message, error.originalError?.message)
}

const start = 'Variable "$v" got an invalid value'

describe('withoutValues()', () => {
  it.each([
    ['String', 4_815_162_342, `${start}; String cannot represent a non string value`],
    ['String', { hunter2: ['; hunter2 at "hunter2"'] }, `${start}; String cannot represent a non string value`],
    ['Int', 'hunter2', `${start}; Int cannot represent non-integer value`],
    ['Int', 4_815_162_342, `${start}; Int cannot represent non 32-bit signed integer value`],
    ['Float', 'hunter2', `${start}; Float cannot represent non numeric value`],
    ['Boolean', 'hunter2', `${start}; Boolean cannot represent a non boolean value`],
    ['ID', ['hunter2'], `${start}; ID cannot represent value`],
    ['Role', 'hunter2: "\n', `${start}; The value does not exist in "Role" enum.`],
    ['Role', 4_815_162_342, `${start}; Enum "Role" cannot represent non-string value`],
    ['One', { id: 'hunter2', role: 'ADMIN' }, `${start}; Exactly one key must be specified for OneOf type "One".`],
    [
      'Credentials!',
      { password: 4_815_162_342 },
      `${start} at "v.password"; String cannot represent a non string value`,
    ],
    ['Credentials!', { pin: 'hunter2' }, `${start}; Field "password" of required type "String!" was not provided.`],
    ['Credentials!', 'hunter2', `${start}; Expected type "Credentials" to be an object.`],
    [
      '[Credentials!]',
      [{ password: 'hunter2' }, { password: null }],
      `${start} at "v[1].password"; Expected non-nullable type "String!" not to be null.`,
    ],
  ])('tells what is wrong with a variable of type %s and not what it held', async (type, value, expected) => {
    expect(await messageOf(type, value)).toBe(expected)
  })

  it('tells no more than the variable when the reason is not known', () => {
    expect(withoutValues('Variable "$v" got invalid value "hunter2"; whatever', 'something else')).toBe(start)
  })

  it.each([
    ['{ login(password: 4815162342) }', 'String cannot represent a non string value'],
    ['{ login(password: hunter2) }', 'String cannot represent a non string value'],
    ['{ login(n: "hunter2") }', 'Int cannot represent non-integer value'],
    ['{ login(role: "hunter2") }', 'Enum "Role" cannot represent non-enum value'],
    ['{ login(role: hunter2) }', 'The value does not exist in "Role" enum.'],
    ['{ login(in: "hunter2") }', 'Expected value of type "Credentials"'],
    ['{ login(in: { password: null }) }', 'Expected value of type "String!"'],
  ])('leaves the literals of %s out', (query, expected) => {
    expect(validate(schema, parse(query)).map(({ message }) => withoutValues(message))).toEqual([expected])
  })

  it.each([
    ['{ login("hunter2") }', 'Syntax Error: Expected Name, found String'],
    ['{ login("""hunter2"""\n) }', 'Syntax Error: Expected Name, found BlockString'],
    ['"hunter2" "hunter2"', 'Syntax Error: Unexpected String'],
    ['{ login(4815162342) }', 'Syntax Error: Expected Name, found Int'],
  ])('leaves the texts and numbers of %s out', (query, expected) => {
    expect(() => parse(query)).toThrow()
    try {
      parse(query)
    } catch (error) {
      expect(withoutValues((error as Error).message)).toMatch(new RegExp(`^${expected}`))
      expect(withoutValues((error as Error).message)).not.toMatch(/hunter2|4815162342/)
    }
  })

  it('leaves what quotes the schema alone', () => {
    const message = 'Cannot query field "emial" on type "User". Did you mean "email"?'
    expect(withoutValues(message)).toBe(message)
    expect(withoutValues('Variable "$v" of required type "String!" was not provided.')).toContain('"String!"')
  })
})

describe('withoutValues(), given as much as a request holds', () => {
  it.each([
    ['cannot represent ', (text: string) => `Expected value of type "One", found "${text}".`],
    ['found String "', (text: string) => `Field "${text}" is not defined by type "One". Did you mean "id"?`],
    [' at "v', (text: string) => `Variable "$v" got invalid value "${text}"; whatever`],
    ['Value "', (text: string) => `Value "${text}" is nothing`],
  ])('takes no longer for %s, over and over', (text, message) => {
    const long = message(text.repeat(100_000 / text.length))
    const start = performance.now()
    withoutValues(long, 'whatever')
    expect(performance.now() - start).toBeLessThan(50)
  })
})
