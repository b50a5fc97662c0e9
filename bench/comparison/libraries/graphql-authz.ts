import { preExecRule, wrapExecuteFn } from '@graphql-authz/core'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { execute, GraphQLError, parse, subscribe } from 'graphql'
import type { Library, Roles } from '../library.ts'
import {
  describeWorld,
  type FilterArguments,
  isDeepSearch,
  isHiddenFilter,
  noMarks,
  resolversOf,
  type SearchArguments,
} from '../world.ts'

interface Context {
  roles: Roles
}

const has = (role: string) => preExecRule()(({ roles }: Context) => roles.includes(role))
const rules = {
  IsAdmin: has('ADMIN'),
  IsMember: has('MEMBER'),
  IsAuditor: has('AUDITOR'),
  MayFind: preExecRule()(
    ({ roles }: Context, args: FilterArguments) => !isHiddenFilter(args) || roles.includes('ADMIN'),
  ),
  MaySearch: preExecRule()(
    ({ roles }: Context, args: SearchArguments) => !isDeepSearch(args) || roles.includes('ADMIN'),
  ),
  Throwing: preExecRule()(() => {
    throw new Error('the rule throws')
  }),
  Rejecting: preExecRule()(async (): Promise<boolean> => Promise.reject(new Error('the rule rejects'))),
  Asynchronous: preExecRule()(async ({ roles }: Context) => roles.includes('ADMIN')),
}
const authz = (...names: (keyof typeof rules)[]) => ({ __authz: { rules: names } })

const byHand = 'a rule of the field, which reads the arguments itself; each field that takes the input needs it'
const executeOnly = 'the library wraps `execute`; nothing in it stands before `subscribe`'

export const graphqlAuthz: Library = {
  name: '@graphql-authz',
  packages: ['@graphql-authz/core'],
  approach: 'rules before execution, attached by an `authSchema`; `execute` wrapped',
  documentation: {
    README: 'https://github.com/AstrumU/graphql-authz#readme',
    'unions and interfaces': 'https://github.com/AstrumU/graphql-authz/issues/58',
    'and rules after execution': 'https://github.com/AstrumU/graphql-authz/issues/127',
  },
  inexpressible: {},
  remarks: {
    subscription: executeOnly,
    'subscription-event': executeOnly,
    'subscription-type': executeOnly,
    'mutation-atomic': 'rules before execution refuse the whole operation',
  },
  byHand,
  notes: [
    'Rules can also run after the execution, over results that they select themselves; the policy can stand in directives, extensions or, as here, beside the schema.',
  ],
  async open(effects) {
    const schema = makeExecutableSchema({ typeDefs: describeWorld(noMarks), resolvers: resolversOf(effects) })
    const guardedExecute = wrapExecuteFn(execute, {
      rules,
      authSchema: {
        Query: {
          both: authz('IsMember', 'IsAuditor'),
          search: authz('MaySearch'),
          find: authz('MayFind'),
          throwing: authz('Throwing'),
          rejecting: authz('Rejecting'),
          asynchronous: authz('Asynchronous'),
        },
        Mutation: { erase: authz('IsAdmin') },
        Subscription: { ticks: authz('IsAdmin') },
        Secret: authz('IsAdmin'),
        Contact: { phone: authz('IsAdmin') },
        Sealed: authz('IsAdmin'),
        Person: { salary: authz('IsAdmin') },
        Ledger: authz('IsAdmin'),
        Account: { ...authz('IsMember'), number: authz('IsAuditor') },
      },
    })
    return {
      async execute({ source, roles, variables }) {
        const args = { schema, document: parse(source), variableValues: variables, contextValue: { roles } }
        try {
          return await guardedExecute(args)
        } catch (error) {
          return { errors: [error instanceof Error ? error : new GraphQLError(String(error))] }
        }
      },
      subscribe: ({ source, roles, variables }) =>
        subscribe({ schema, document: parse(source), variableValues: variables, contextValue: { roles } }),
    }
  },
}
