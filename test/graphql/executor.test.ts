import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import type { GraphQLFormattedError } from 'graphql'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { authorizationPlugin, type Viewer } from '../../src/directives/index.ts'
import type { Context } from '../../src/graphql/context.ts'
import { createExecutor } from '../../src/graphql/executor.ts'
import { admin, anonymous, authorize, member } from '../directives/harness.ts'

const write = vi.fn()
const build = () =>
  authorize(
    `type Doc { id: ID title: String secret: String @hasRole(role: ADMIN) strict: String! @hasRole(role: ADMIN) own: String @allow(any: [{ owner: "id" }]) }
  type Query {
    docs(first: Int = 2): [Doc] @auth
    open: String @public
    broken: String @public
    double: Int @public
  }
  type Mutation { touch: Doc @auth }`,
    {
      Query: {
        docs: (_: unknown, { first }: { first: number }) =>
          ['member', 'other']
            .slice(0, first)
            .map((id) => ({ id, title: `of ${id}`, secret: 's', strict: 't', own: 'o' })),
        open: () => 'open',
        broken: () => {
          throw new Error('the database is at 10.0.0.1')
        },
        double: () => 'not a number',
      },
      Mutation: {
        touch: () => {
          write()
          return { id: 'member', secret: 's' }
        },
      },
    },
  )
const shared = build()
const formatError = vi.fn(({ message, path, extensions }: GraphQLFormattedError) => {
  if (message.includes('not a number') || message.includes('represent')) throw new Error('formatting failed')
  return { message: `formatted: ${message}`, ...(path && { path }), ...(extensions && { extensions }) }
})

/** Both ways of executing, with the same plugins. */
function serve(isCompiled: boolean, plugins: ApolloServerPlugin<Context>[] = [], schema = shared) {
  const { execute, attach } = createExecutor(schema, { formatError })
  // The default one wraps every resolver, in the schema itself.
  const all = [
    ApolloServerPluginCacheControlDisabled(),
    ...plugins,
    authorizationPlugin(schema, isCompiled ? { execute } : {}) as ApolloServerPlugin<Context>,
  ]
  return new ApolloServer<Context>({ schema, formatError, plugins: isCompiled ? all.map(attach) : all })
}

async function send(server: ApolloServer<Context>, query: string, viewer: Viewer | null, more: object = {}) {
  const contextValue = { viewer } as unknown as Context
  const { body, http } = await server.executeOperation({ query, ...more }, { contextValue })
  if (body.kind !== 'single') throw new Error('expected one result')
  const { errors, ...rest } = JSON.parse(JSON.stringify(body.singleResult))
  const sorted = errors?.toSorted((a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return { status: http.status, vary: http.headers.get('vary'), ...rest, ...(errors && { errors: sorted }) }
}

beforeEach(() => {
  write.mockClear()
  formatError.mockClear()
})

describe('createExecutor()', () => {
  const requests: [what: string, query: string, viewer: Viewer | null, more?: object][] = [
    ['what is allowed outright', '{ docs { id title secret strict } open }', admin],
    ['what is denied', '{ docs { id secret own } open }', member],
    ['what is denied and may not be null', '{ docs { id strict } }', member],
    ['what nobody is allowed who is not signed in', '{ docs { id } open }', anonymous],
    ['errors of fields', '{ broken open docs { id } }', member],
    ['errors that cannot be formatted', '{ double open }', member],
    ['variables', 'query ($n: Int) { docs(first: $n) { id } }', member, { variables: { n: 1 } }],
    ['variables that do not fit', 'query ($n: Int) { docs(first: $n) { id } }', member, { variables: { n: 'x' } }],
    ['the operation that is named', 'query A { open } query B { docs { id } }', member, { operationName: 'B' }],
    ['the other operation of the document', 'query A { open } query B { docs { id } }', member, { operationName: 'A' }],
    ['an operation that is not there', 'query A { open }', member, { operationName: 'C' }],
    ['no operation of several', 'query A { open } query B { docs { id } }', member],
    ['a mutation', 'mutation { touch { id } }', member],
    ['a mutation that is refused', 'mutation { touch { id secret } }', member],
    ['what is not valid', '{ nothing }', member],
  ]
  it.each(requests)('answers %s as Apollo Server does, the second time too', async (_, query, viewer, more) => {
    const [own, apollo] = [serve(true), serve(false)]
    const expected = await send(apollo, query, viewer, more)
    const formattings = formatError.mock.calls.length
    expect(await send(own, query, viewer, more)).toEqual(expected)
    expect(formatError.mock.calls.length).toBe(2 * formattings)
    expect(await send(own, query, viewer, more)).toEqual(expected)
  })

  it('gives each viewer their own answer to one document', async () => {
    const server = serve(true)
    const query = '{ docs { id secret own } }'
    for (const viewer of [admin, member, anonymous, member, admin])
      expect(await send(server, query, viewer)).toEqual(await send(serve(false), query, viewer))
  })

  it('writes nothing for a mutation that is refused', async () => {
    const server = serve(true)
    expect(await send(server, 'mutation { touch { id secret } }', member)).toMatchObject({ status: 403 })
    expect(write).not.toHaveBeenCalled()
    await send(server, 'mutation { touch { id secret } }', admin)
    expect(write).toHaveBeenCalledOnce()
  })

  it('tells plugins of the errors of fields', async () => {
    const heard: string[] = []
    const listening: ApolloServerPlugin<Context> = {
      requestDidStart: async () => ({
        didEncounterErrors: async ({ errors }) => {
          heard.push(...errors.map(({ message }) => message))
        },
      }),
    }
    await send(serve(true, [listening]), '{ broken }', member)
    expect(heard).toEqual(['the database is at 10.0.0.1'])
  })

  it('leaves a request to Apollo Server whose execution a plugin follows', async () => {
    const followed: string[] = []
    const following: ApolloServerPlugin<Context> = {
      requestDidStart: async () => ({
        executionDidStart: async () => ({
          willResolveField: ({ info }) => {
            followed.push(info.fieldName)
          },
        }),
      }),
    }
    // Apollo Server puts its own resolvers into the schema for this.
    const server = serve(true, [following], build())
    expect(await send(server, '{ open docs { secret } }', member)).toEqual(
      await send(serve(false), '{ open docs { secret } }', member),
    )
    expect(followed).toContain('open')
    expect(followed).not.toContain('secret')
  })
})
