import { authZApolloPlugin } from '@graphql-authz/apollo-server-plugin'
import { preExecRule } from '@graphql-authz/core'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { type Context, serveByApollo } from './apollo.ts'
import { describeWorld, guardedFields, resolvers } from './world.ts'

const rules = {
  IsSignedIn: preExecRule()(({ claims }: Context) => claims !== null),
  IsAdmin: preExecRule()(({ claims }: Context) => claims?.roles.includes('ADMIN') ?? false),
}
const authz = (rule: keyof typeof rules) => ({ __authz: { rules: [rule] } })
const authSchema = {
  Query: { items: authz('IsSignedIn'), me: authz('IsSignedIn') },
  Mutation: { rename: authz('IsAdmin') },
  Item: Object.fromEntries(guardedFields.map((field) => [field, authz('IsAdmin')])),
}

await serveByApollo(makeExecutableSchema({ typeDefs: describeWorld(), resolvers }), [
  authZApolloPlugin({ rules, authSchema }) as never,
])
