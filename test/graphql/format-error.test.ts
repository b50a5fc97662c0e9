import { ApolloServer } from '@apollo/server'
import { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import {
  AuthenticationError,
  ConflictError,
  ForbiddenError,
  InputError,
  NotFoundError,
  RateLimitError,
} from '../../src/errors.ts'
import { createFormatError, type MaskedError } from '../../src/graphql/format-error.ts'

const typeDefs = 'type Query { fail: Int need: Int! login(password: String!, in: In): Int } input In { n: Int! }'

/** Runs a query on a server whose `fail` throws, with stack traces on: none of them may come through. */
async function run(query: string, { fails = undefined as unknown, variables = {} } = {}) {
  const masked: MaskedError[] = []
  const fail = () => {
    throw fails
  }
  const server = new ApolloServer({
    typeDefs,
    resolvers: { Query: { fail, need: () => null } },
    formatError: createFormatError({ createId: () => 'correlation-1', log: (error) => masked.push(error) }),
    includeStacktraceInErrorResponses: true,
  })
  const { body } = await server.executeOperation({ query, variables })
  await server.stop()
  const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : []
  return { errors, masked }
}

const place = { locations: [{ line: 1, column: 3 }], path: ['fail'] }

describe('createFormatError()', () => {
  it.each([
    [new AuthenticationError('INVALID_CREDENTIALS', { reason: 'hunter2' }), { code: 'INVALID_CREDENTIALS' }],
    [new ForbiddenError(undefined, 'hunter2'), { code: 'FORBIDDEN' }],
    [new InputError('title', 'A title must have 1 to 200 characters'), { code: 'BAD_USER_INPUT', argument: 'title' }],
    [new NotFoundError('There is no document with this id', 'hunter2'), { code: 'NOT_FOUND' }],
    [new ConflictError('The document has changed', 'hunter2'), { code: 'CONFLICT' }],
    [new RateLimitError(12, 'hunter2'), { code: 'RATE_LIMITED', retryAfter: 12 }],
  ])('tells the caller what is meant for them of %s', async (error, extensions) => {
    const { errors, masked } = await run('{ fail }', { fails: error })
    expect(errors).toEqual([{ message: error.message, ...place, extensions }])
    expect(masked).toEqual([])
  })

  it('leaves a refusal of the rules as it is', async () => {
    const extensions = { code: 'FORBIDDEN' }
    const denial = new GraphQLError("You don't have permission to view this", { extensions })
    const { errors, masked } = await run('{ fail }', { fails: denial })
    expect(errors).toEqual([{ message: denial.message, ...place, extensions }])
    expect(masked).toEqual([])
  })

  it.each([
    ['an error of the database', new Error('UNIQUE constraint failed: select * from users')],
    ["a programmer's mistake", new TypeError('hunter2 is not a function')],
    ['a GraphQLError without a code', new GraphQLError('hunter2')],
    ['a rule that failed', new GraphQLError('hunter2', { extensions: { code: 'INTERNAL_SERVER_ERROR', detail: 'x' } })],
    ['what is no error at all', 'hunter2'],
  ])('masks %s and logs the cause under the same id', async (_, fails) => {
    const { errors, masked } = await run('{ fail }', { fails })
    const extensions = { code: 'INTERNAL_SERVER_ERROR', correlationId: 'correlation-1' }
    expect(errors).toEqual([{ message: 'Internal server error', ...place, extensions }])
    expect(masked).toMatchObject([{ correlationId: 'correlation-1', path: ['fail'] }])
    expect(String(masked[0]?.cause)).toContain(fails instanceof Error ? fails.message : fails)
  })

  it('masks a null where the schema promises a value', async () => {
    const { errors, masked } = await run('{ need }')
    expect(errors).toMatchObject([{ message: 'Internal server error', path: ['need'] }])
    expect(masked).toHaveLength(1)
  })

  it.each([
    ['a wrong variable', 'query ($p: String!) { login(password: $p) }', { p: 4_815_162_342 }, 'BAD_USER_INPUT'],
    [
      'a wrong variable inside',
      'query ($in: In) { login(password: "", in: $in) }',
      { in: { n: 'hunter2' } },
      'BAD_USER_INPUT',
    ],
    ['a wrong literal', '{ login(password: 4815162342) }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a text out of place', '{ login("hunter2") }', {}, 'GRAPHQL_PARSE_FAILED'],
  ])('does not repeat the value of %s', async (_, query, variables, code) => {
    const { errors, masked } = await run(query, { variables })
    expect(errors).toMatchObject([{ extensions: { code } }])
    expect(errors[0]?.extensions).toEqual({ code })
    expect(JSON.stringify(errors)).not.toMatch(/4815162342|hunter2/)
    expect(masked).toEqual([])
  })

  it('names the variable at fault, and the place in it', async () => {
    const variables = { in: { n: 'hunter2' } }
    const { errors } = await run('query ($in: In) { login(password: "", in: $in) }', { variables })
    expect(errors[0]?.message).toBe(
      'Variable "$in" got an invalid value at "in.n"; Int cannot represent non-integer value',
    )
  })

  it('names a field that is not there', async () => {
    const { errors } = await run('{ logn }')
    expect(errors[0]?.message).toBe('Cannot query field "logn" on type "Query". Did you mean "login"?')
    expect(errors[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' })
  })

  it('tells of more wrong variables than graphql-js looks at as the fault of the request that it is', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, 1]))
    const { errors, masked } = await run('query ($in: In) { login(password: "", in: $in) }', {
      variables: { in: { n: 1, ...wrong } },
    })
    expect(errors).toHaveLength(51)
    expect(errors.every(({ extensions }) => extensions?.code === 'BAD_USER_INPUT')).toBe(true)
    expect(masked).toEqual([])
  })

  it('does not repeat a long name with every error that is about it', async () => {
    const name = 'L'.repeat(50_000)
    const { errors } = await run(
      `query ${name} { ${Array.from({ length: 90 }, (_, n) => `fail @skip(if: $v${n})`).join(' ')} }`,
    )
    expect(errors).toHaveLength(90)
    expect(errors[0]?.message.slice(0, 42)).toBe('Variable "$v0" is not defined by operation')
    expect(JSON.stringify(errors).length).toBeLessThan(100_000)
  })
})
