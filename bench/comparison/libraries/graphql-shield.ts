import { createRequire } from 'node:module'
import util from 'node:util'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { graphql, parse, subscribe } from 'graphql'
import type { Library, Roles } from '../library.ts'
import { describeWorld, isDeepSearch, isHiddenFilter, noMarks, resolversOf } from '../world.ts'

// Version 7 asks node:util for a function that Node 23 took away; its CommonJS build loads, and runs once it is back.
Object.assign(util, { isUndefined: (value: unknown) => value === undefined })
const require = createRequire(import.meta.url)
const { and, rule, shield }: typeof import('graphql-shield') = require('graphql-shield')
const { applyMiddleware }: typeof import('graphql-middleware') = require('graphql-middleware')

interface Context {
  roles: Roles
}

const has = (role: string) => rule(role)((_parent, _args, { roles }: Context) => roles.includes(role))
const isAdmin = has('ADMIN')
const isMember = has('MEMBER')
const isAuditor = has('AUDITOR')

const byHand = 'a rule of the field, which reads the arguments itself; each field that takes the input needs it'

export const graphqlShield: Library = {
  name: 'graphql-shield',
  packages: ['graphql-shield', 'graphql-middleware'],
  approach: 'a rule tree beside the schema, applied by `graphql-middleware`',
  documentation: {
    Shield: 'https://the-guild.dev/graphql/shield/docs/shield',
    Rules: 'https://the-guild.dev/graphql/shield/docs/rules',
    'no rules on interfaces': 'https://github.com/maticzav/graphql-shield/issues/298',
    'a type’s rule or its fields’': 'https://github.com/maticzav/graphql-shield/issues/680',
  },
  inexpressible: {},
  remarks: {
    'interface-field-type': 'a rule on an interface is accepted and not applied',
    'interface-field': 'a rule on an interface is accepted and not applied',
    interface: 'a rule on an interface is accepted and not applied',
    'interface-type': 'a rule on an interface is accepted and not applied',
    'type-typename': 'a type’s rule is applied to each of its fields, and `__typename` is none',
    'field-and-type': 'a type takes one rule or rules for its fields: the type’s is repeated on the field with `and()`',
  },
  byHand,
  notes: [
    'Rules are functions that combine with `and`, `or`, `not`, `chain` and `race`, and a `fallbackRule` can deny whatever has no rule.',
    'Version 7.6.5 as published does not load on Node 24: its ES modules import `isUndefined` from `node:util`, where it no longer is. Its CommonJS build is run here, with that function put back.',
  ],
  async open(effects) {
    const permissions = shield(
      {
        Query: {
          both: and(isMember, isAuditor),
          search: rule('search')((_parent, args, { roles }: Context) => !isDeepSearch(args) || roles.includes('ADMIN')),
          find: rule('find')((_parent, args, { roles }: Context) => !isHiddenFilter(args) || roles.includes('ADMIN')),
          throwing: rule('throwing')(() => {
            throw new Error('the rule throws')
          }),
          rejecting: rule('rejecting')(() => Promise.reject(new Error('the rule rejects'))),
          asynchronous: rule('asynchronous')(async (_parent, _args, { roles }: Context) => roles.includes('ADMIN')),
        },
        Mutation: { erase: isAdmin },
        Subscription: { ticks: isAdmin },
        Secret: isAdmin,
        Contact: { phone: isAdmin },
        Sealed: isAdmin,
        Person: { salary: isAdmin },
        Ledger: isAdmin,
        Account: { '*': isMember, number: and(isMember, isAuditor) },
      },
      { fallbackError: 'Not authorised' },
    )
    const schema = applyMiddleware(
      makeExecutableSchema({ typeDefs: describeWorld(noMarks), resolvers: resolversOf(effects) }),
      permissions,
    )
    return {
      execute: async ({ source, roles, variables }) =>
        graphql({ schema, source, variableValues: variables, contextValue: { roles } }),
      subscribe: ({ source, roles, variables }) =>
        subscribe({ schema, document: parse(source), variableValues: variables, contextValue: { roles } }),
    }
  },
}
