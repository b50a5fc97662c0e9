import { createRequire } from 'node:module'
import util from 'node:util'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { type Context, serveByApollo } from './apollo.ts'
import { describeWorld, guardedFields, resolvers } from './world.ts'

// Version 7 asks node:util for a function that Node 23 took away; its CommonJS build loads, and runs once it is back.
Object.assign(util, { isUndefined: (value: unknown) => value === undefined })
const require = createRequire(import.meta.url)
const { rule, shield }: typeof import('graphql-shield') = require('graphql-shield')
const { applyMiddleware }: typeof import('graphql-middleware') = require('graphql-middleware')

// Asked once a request: what its documentation recommends for rules that read the context alone.
const cached = { cache: 'contextual' } as const
const isSignedIn = rule(cached)((_parent, _args, { claims }: Context) => claims !== null)
const isAdmin = rule(cached)((_parent, _args, { claims }: Context) => claims?.roles.includes('ADMIN') ?? false)

await serveByApollo(
  applyMiddleware(
    makeExecutableSchema({ typeDefs: describeWorld(), resolvers }),
    shield({
      Query: { items: isSignedIn, me: isSignedIn },
      Mutation: { rename: isAdmin },
      Item: Object.fromEntries(guardedFields.map((field) => [field, isAdmin])),
    }),
  ),
)
