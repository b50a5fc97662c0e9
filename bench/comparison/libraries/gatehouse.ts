import { ApolloServer } from '@apollo/server'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { parse, subscribe } from 'graphql'
import { authorizationPlugin, authorizeSchema, directiveTypeDefs, type Viewer } from '../../../src/directives/index.ts'
import type { Library, Roles } from '../library.ts'
import { describeWorld, resolversOf } from '../world.ts'

interface Context {
  viewer: Viewer
}

const roles = `
  enum Role { MEMBER AUDITOR ADMIN @grants(permissions: [MANAGE]) }
  enum Permission { MANAGE }
`
const admin = '@hasRole(role: ADMIN)'
const policy = (name: string) => `@allow(any: [{ policy: "${name}" }])`
const contextOf = (held: Roles): Context => ({ viewer: { id: held.join('+'), roles: held } })

export const gatehouse: Library = {
  name: 'Gatehouse',
  packages: ['gatehouse'],
  approach: 'directives in the SDL, `authorizeSchema()` and `authorizationPlugin()` in Apollo Server',
  documentation: { README: '../README.md' },
  inexpressible: {},
  remarks: {},
  notes: [
    'Mutations all or nothing, and the counted denials, are `authorizationPlugin()`’s (or a host’s with `authorizeOperation()`); without it each field is decided as it comes, and every denial is an error.',
  ],
  async open(effects) {
    const sdl = describeWorld({
      admin,
      adminOnInterface: admin,
      adminOnArgument: admin,
      adminOnInputField: admin,
      member: '@hasRole(role: MEMBER)',
      auditor: '@hasRole(role: AUDITOR)',
      both: '@hasRole(role: MEMBER) @hasRole(role: AUDITOR)',
      throwing: policy('throwing'),
      rejecting: policy('rejecting'),
      asynchronous: policy('asynchronous'),
      open: '@public',
    })
    const schema = authorizeSchema<Context>(
      makeExecutableSchema({ typeDefs: [sdl, roles, directiveTypeDefs], resolvers: resolversOf(effects) }),
      {
        viewer: ({ viewer }) => viewer,
        policies: {
          throwing: () => {
            throw new Error('the rule throws')
          },
          rejecting: () => Promise.reject(new Error('the rule rejects')),
          asynchronous: async (viewer, items) => items.map(() => viewer?.roles.includes('ADMIN') === true),
        },
        onError: () => {},
      },
    )
    const server = new ApolloServer<Context>({ schema, plugins: [authorizationPlugin(schema)] })
    await server.start()
    return {
      async execute({ source, roles: held, variables = {} }) {
        const { body } = await server.executeOperation({ query: source, variables }, { contextValue: contextOf(held) })
        if (body.kind !== 'single') throw new TypeError('expected a single result')
        return body.singleResult
      },
      subscribe: ({ source, roles: held, variables }) =>
        subscribe({ schema, document: parse(source), variableValues: variables, contextValue: contextOf(held) }),
      close: () => server.stop(),
    }
  },
}
