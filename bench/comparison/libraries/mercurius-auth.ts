import Fastify from 'fastify'
import { GraphQLError, Kind, parse, subscribe } from 'graphql'
import mercurius from 'mercurius'
import mercuriusAuth from 'mercurius-auth'
import type { Library, Roles } from '../library.ts'
import { describeWorld, isDeepSearch, isHiddenFilter, noMarks, resolversOf } from '../world.ts'

const onFields = 'its documentation defines the directive on object types and fields'
const byHand =
  'in `applyPolicy` of the field, which reads the arguments itself; each field that takes the input needs it'

async function decide(requires: string, args: Record<string, unknown>, roles: Roles): Promise<boolean> {
  switch (requires) {
    case 'SEARCH':
      return !isDeepSearch(args) || roles.includes('ADMIN')
    case 'FIND':
      return !isHiddenFilter(args) || roles.includes('ADMIN')
    case 'REJECTING':
      throw new Error('the rule rejects')
    default:
      return roles.includes(requires)
  }
}

const requires = (role: string) => `@auth(requires: "${role}")`

export const mercuriusAuthPlugin: Library = {
  name: 'mercurius-auth',
  packages: ['mercurius-auth', 'mercurius'],
  approach: 'the `@auth` directive of its documentation and an `applyPolicy` function, in Mercurius',
  documentation: {
    'auth directive': 'https://github.com/mercurius-js/auth/blob/main/docs/auth-directive.md',
    applyPolicy: 'https://github.com/mercurius-js/auth/blob/main/docs/apply-policy.md',
    'input fields': 'https://github.com/mercurius-js/auth/issues/131',
    subscriptions: 'https://github.com/mercurius-js/auth/issues/127',
  },
  inexpressible: { interface: onFields, 'interface-type': onFields },
  remarks: {
    'rule-throwing': '`applyPolicy` is asynchronous',
    subscription: 'decided when an event is resolved',
  },
  byHand,
  notes: ['`filterSchema` leaves out of introspection what the policy denies.'],
  async open(effects) {
    const sdl = describeWorld({
      ...noMarks,
      admin: requires('ADMIN'),
      member: requires('MEMBER'),
      auditor: requires('AUDITOR'),
      both: `${requires('MEMBER')} ${requires('AUDITOR')}`,
      throwing: requires('REJECTING'),
      rejecting: requires('REJECTING'),
      asynchronous: requires('ADMIN'),
    })
      .replace(/(search\(.*\): String)/, `$1 ${requires('SEARCH')}`)
      .replace(/(find\(.*\): String)/, `$1 ${requires('FIND')}`)
    const app = Fastify()
    await app.register(mercurius, {
      schema: `directive @auth(requires: String!) repeatable on OBJECT | FIELD_DEFINITION ${sdl}`,
      resolvers: resolversOf(effects) as never,
      subscription: true,
    })
    await app.register(mercuriusAuth.default, {
      authDirective: 'auth',
      authContext: (context) => ({ roles: (context as unknown as { roles: Roles }).roles }),
      applyPolicy: async (directive, _parent, args, context) => {
        const value = directive.arguments?.[0]?.value
        const roles = (context as unknown as { auth: { roles: Roles } }).auth.roles
        return value?.kind === Kind.STRING && decide(value.value, args, roles)
      },
    })
    await app.ready()
    return {
      async execute({ source, roles, variables }) {
        try {
          return await app.graphql(source, { roles }, variables)
        } catch (error) {
          return { errors: [error instanceof Error ? error : new GraphQLError(String(error))] }
        }
      },
      // Its own transport is the WebSocket; what runs behind it is this, and it does not run authContext.
      subscribe: ({ source, roles, variables }) =>
        subscribe({
          schema: app.graphql.schema,
          document: parse(source),
          variableValues: variables,
          contextValue: { auth: { roles } },
        }),
      close: async () => {
        await app.close()
      },
    }
  },
}
