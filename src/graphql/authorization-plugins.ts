import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLSchema } from 'graphql'
import {
  authorizationPlugin,
  type ExecuteFunction,
  type IntrospectionOptions,
  introspectionPlugin,
} from '../directives/index.ts'
import type { Context } from './context.ts'

export interface AuthorizationPlugins extends Pick<IntrospectionOptions<Context>, 'introspection' | 'suggestions'> {
  /** Whether requests may ask why each coordinate was allowed or denied. Never in production: it tells the rules. */
  explanations: boolean
  execute: ExecuteFunction
}

/** With `true`, asks for the explanations. */
const explainHeader = 'x-explain-authorization'

/** With `by-role`, asks for the schema as the viewer's roles see it where everyone may see the whole. */
const introspectionHeader = 'x-introspection'

/** Those by which a request is answered otherwise than the operation alone would be. */
export const askingHeaders = [explainHeader, introspectionHeader] as const

/** What Apollo Server adds to the rules: the schema as the viewer sees it, and decisions before anything runs. */
export function createAuthorizationPlugins(
  schema: GraphQLSchema,
  { introspection, suggestions, explanations, execute }: AuthorizationPlugins,
): ApolloServerPlugin<Context>[] {
  return [
    introspectionPlugin<Context>({
      viewer: ({ viewer }) => viewer,
      introspection,
      narrow: ({ http }) => http?.headers.get(introspectionHeader) === 'by-role',
      suggestions,
    }),
    authorizationPlugin(schema, {
      explain: ({ http }) => explanations && http?.headers.get(explainHeader) === 'true',
      execute,
    }),
  ]
}
