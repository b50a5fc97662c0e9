import { envelop, useEngine, useSchema } from '@envelop/core'
import { defaultProtectSingleValidateFn, useGenericAuth, type ValidateUserFn } from '@envelop/generic-auth'
import { makeExecutableSchema } from '@graphql-tools/schema'
import {
  type ExecutionArgs,
  execute,
  GraphQLError,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  parse,
  specifiedRules,
  subscribe,
  validate,
} from 'graphql'
import type { Answer, Library, Request, Roles } from '../library.ts'
import { describeWorld, isDeepSearch, isHiddenFilter, noMarks, resolversOf } from '../world.ts'

interface User {
  scope: string[]
}

/** The plugin’s own rule, and what it says is to be written here: rules that read arguments. */
const validateUser: ValidateUserFn<User> = (asked) => {
  const { parentType, field, fieldNode, executionArgs, user } = asked
  const coordinate = `${parentType.name}.${field.name}`
  if (coordinate === 'Query.throwing') throw new Error('the rule throws')
  if (coordinate === 'Query.search' || coordinate === 'Query.find') {
    const args = getArgumentValues(field, fieldNode, coerceVariables(executionArgs))
    const isGuarded = field.name === 'search' ? isDeepSearch(args) : isHiddenFilter(args)
    if (isGuarded && !user.scope.includes('ADMIN')) return new GraphQLError('Unauthorized')
  }
  return defaultProtectSingleValidateFn(asked)
}

function coerceVariables({ schema, document, operationName, variableValues }: ExecutionArgs) {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
  return getVariableValues(schema, definitions, variableValues ?? {}).coerced
}

const requires = (...roles: string[]) => `@requiresScopes(scopes: [${JSON.stringify(roles)}])`
const byHand = 'in `validateUser`, which finds the field’s arguments itself; each field that takes the input needs it'
const synchronous = '`validateUser` is synchronous'

export const genericAuth: Library = {
  name: '@envelop/generic-auth',
  packages: ['@envelop/generic-auth', '@envelop/core'],
  approach: '`@requiresScopes` in the SDL, decided before execution, in `protect-granular` mode',
  documentation: { useGenericAuth: 'https://the-guild.dev/graphql/envelop/plugins/use-generic-auth' },
  inexpressible: { 'rule-asynchronous': synchronous, 'rule-rejecting': synchronous },
  remarks: {
    'field-both': 'one directive with both scopes: `[["MEMBER", "AUDITOR"]]`',
    'mutation-atomic': 'the whole operation is refused before execution',
    subscription: 'decided before `subscribe`',
  },
  byHand,
  notes: [
    'Everything is decided before anything runs, so a denied operation costs next to nothing. `rejectUnauthenticated: false` keeps the rest of a response.',
  ],
  async open(effects) {
    const directive = 'directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE'
    const admin = requires('ADMIN')
    const sdl = describeWorld({
      ...noMarks,
      admin,
      adminOnInterface: admin,
      member: requires('MEMBER'),
      auditor: requires('AUDITOR'),
      both: requires('MEMBER', 'AUDITOR'),
    })
    const getEnveloped = envelop({
      plugins: [
        useEngine({ parse, validate, specifiedRules, execute, subscribe }),
        useSchema(makeExecutableSchema({ typeDefs: [directive, sdl], resolvers: resolversOf(effects) })),
        useGenericAuth<User, { roles: Roles }>({
          mode: 'protect-granular',
          resolveUserFn: ({ roles }) => ({ scope: [...roles] }),
          validateUser,
        }),
      ],
    })
    const prepare = async ({ source, roles, variables }: Request) => {
      const enveloped = getEnveloped({ roles })
      const contextValue = await enveloped.contextFactory()
      const document = enveloped.parse(source)
      return { ...enveloped, args: { schema: enveloped.schema, document, variableValues: variables, contextValue } }
    }
    const answer = async <Given>(give: () => Promise<Given>): Promise<Given | Answer> => {
      try {
        return await give()
      } catch (error) {
        return { errors: [error instanceof Error ? error : new GraphQLError(String(error))] }
      }
    }
    return {
      execute: (request) =>
        answer(async () => {
          const { execute: run, args } = await prepare(request)
          return run(args)
        }),
      subscribe: (request) =>
        answer(async () => {
          const { subscribe: start, args } = await prepare(request)
          return start(args)
        }),
    }
  },
}
