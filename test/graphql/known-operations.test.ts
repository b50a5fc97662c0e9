import { HeaderMap } from '@apollo/server'
import { beforeEach, describe, expect, it } from 'vitest'
import { createFormatError } from '../../src/graphql/format-error.ts'
import { createApollo } from '../../src/http/apollo.ts'
import { createLogger } from '../../src/http/logger.ts'
import { authorize } from '../directives/harness.ts'

/** What nobody can make an error of, or write as JSON. */
const odd: [what: string, code: string | null, give: () => unknown][] = [
  [
    'throws what throws when it is looked at',
    'INTERNAL_SERVER_ERROR',
    () => {
      throw {
        get message() {
          throw new Error('mine')
        },
      }
    },
  ],
  ['gives what is not JSON', null, () => 1n],
]

describe('an operation that was answered before, and fails as a whole', () => {
  let counted: unknown[]
  let logged: unknown[]
  let isOdd: boolean
  beforeEach(() => {
    counted = []
    logged = []
    isOdd = false
  })

  it.each(odd)('is answered, logged and counted as by Apollo Server where a resolver %s', async (_, code, give) => {
    const Any = { serialize: (value: unknown) => value }
    const schema = authorize('scalar Any type Query { odd: Any @public }', {
      Any: Any as never,
      Query: { odd: () => (isOdd ? give() : 'even') },
    })
    const { apollo, known } = createApollo({
      schema,
      formatError: createFormatError({
        createId: () => 'an id',
        log: ({ correlationId }) => logged.push(correlationId),
      }),
      validationRules: [],
      config: { environment: 'production', introspection: 'off' },
      logger: createLogger('silent'),
      followOperation: () => ({ known: () => {}, end: (code) => counted.push(code) }),
    })
    await apollo.start()
    const request = {
      method: 'POST',
      headers: new HeaderMap([['content-type', 'application/json']]),
      search: '',
      body: { query: '{ odd }' },
    }
    const context = { streaming: { mode: 'never' }, viewer: null } as never
    const slowly = () => apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context: async () => context })
    const quickly = () => known?.answer({ ...request, headers: { 'content-type': 'application/json' } }, context)
    known?.remember(request, await slowly())
    expect(await quickly()).toMatchObject({ body: { string: '{"data":{"odd":"even"}}\n' } })

    isOdd = true
    counted = []
    const expected = await slowly()
    const asItShould = [counted, logged]
    ;[counted, logged] = [[], []]
    expect(expected.status).toBe(500)
    expect(await quickly()).toEqual(expected)
    expect(asItShould).toEqual([[code], ['an id']])
    expect([counted, logged]).toEqual(asItShould)
    await apollo.stop()
  })
})
