import { makeExecutableSchema } from '@graphql-tools/schema'
import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils'
import { defaultFieldResolver, type GraphQLSchema, graphql, parse, subscribe } from 'graphql'
import type { Library, Roles } from '../library.ts'
import { describeWorld, noMarks, resolversOf } from '../world.ts'

const onFields = 'the recipe’s directive stands on object types and fields only'
const once = 'the recipe’s directive is not repeatable and takes one role'
const synchronous = 'the recipe’s rule is synchronous'

/** After “Enforcing access permissions” in the documentation of graphql-tools, with its getUser() by role names. */
function authDirectiveTransformer(schema: GraphQLSchema): GraphQLSchema {
  const ofTypes: Record<string, Record<string, unknown>> = {}
  return mapSchema(schema, {
    [MapperKind.TYPE]: (type) => {
      const directive = getDirective(schema, type, 'auth')?.[0]
      if (directive) ofTypes[type.name] = directive
      return undefined
    },
    [MapperKind.OBJECT_FIELD]: (config, _fieldName, typeName) => {
      const directive = getDirective(schema, config, 'auth')?.[0] ?? ofTypes[typeName]
      if (!directive) return config
      const { resolve = defaultFieldResolver } = config
      return {
        ...config,
        resolve(source, args, context, info) {
          if (!hasRole(context.roles, String(directive.requires))) throw new Error('not authorized')
          return resolve(source, args, context, info)
        },
      }
    },
  })
}

function hasRole(held: Roles, role: string): boolean {
  if (role === 'FAILING') throw new Error('the rule throws')
  return held.includes(role)
}

export const directiveRecipe: Library = {
  name: 'graphql-tools recipe',
  packages: ['@graphql-tools/utils'],
  approach: 'the `@auth(requires:)` directive that the documentation of graphql-tools builds with `mapSchema()`',
  documentation: { 'Enforcing access permissions': 'https://the-guild.dev/graphql/tools/docs/schema-directives' },
  inexpressible: {
    interface: onFields,
    'interface-type': onFields,
    'field-both': once,
    argument: onFields,
    'argument-variable': onFields,
    'argument-default': onFields,
    'argument-null': onFields,
    'argument-left-out': onFields,
    input: onFields,
    'input-nested': onFields,
    'input-list': onFields,
    'input-variable': onFields,
    'input-null': onFields,
    'rule-asynchronous': synchronous,
    'rule-rejecting': synchronous,
  },
  remarks: { 'field-and-type': 'a field’s rule takes the place of its type’s' },
  notes: ['It is meant as a start: its page says that it glosses over details which production needs.'],
  async open(effects) {
    const sdl = describeWorld({
      ...noMarks,
      admin: '@auth(requires: ADMIN)',
      member: '@auth(requires: MEMBER)',
      auditor: '@auth(requires: AUDITOR)',
      throwing: '@auth(requires: FAILING)',
    })
    const directive = `
      directive @auth(requires: Role = ADMIN) on OBJECT | FIELD_DEFINITION
      enum Role { ADMIN AUDITOR MEMBER FAILING }
    `
    const schema = authDirectiveTransformer(
      makeExecutableSchema({ typeDefs: [directive, sdl], resolvers: resolversOf(effects) }),
    )
    return {
      execute: async ({ source, roles, variables }) =>
        graphql({ schema, source, variableValues: variables, contextValue: { roles } }),
      subscribe: ({ source, roles, variables }) =>
        subscribe({ schema, document: parse(source), variableValues: variables, contextValue: { roles } }),
    }
  },
}
