import { makeExecutableSchema } from '@graphql-tools/schema'
import type { IResolvers } from '@graphql-tools/utils'
import { buildASTSchema, concatAST, type ExecutionResult, type GraphQLSchema, graphql, parse, Source } from 'graphql'
import {
  type AuthorizationOptions,
  authorizeSchema,
  directiveTypeDefs,
  type PolicyFault,
  SchemaPolicyError,
  type Viewer,
} from '../../src/directives/index.ts'

/** Roles and permissions for schemas under test; a schema that brings its own leaves them out. */
export const testRoles = `
  enum Role {
    MEMBER @grants(permissions: [READ_ALL])
    EDITOR @grants(permissions: [WRITE_ALL], includes: [MEMBER])
    ADMIN @grants(permissions: [MANAGE_ALL], includes: [EDITOR])
  }
  enum Permission { READ_ALL WRITE_ALL MANAGE_ALL }
`

export interface TestContext {
  viewer: Viewer | null
  established?: Viewer | null
}

export function buildTestSchema(sdl: string, resolvers: IResolvers = {}): GraphQLSchema {
  const documents = [parse(new Source(sdl, 'test.graphql')), parse(new Source(directiveTypeDefs, 'directives.graphql'))]
  if (!/enum Role\b/.test(sdl)) documents.push(parse(new Source(testRoles, 'roles.graphql')))
  return makeExecutableSchema({ typeDefs: buildASTSchema(concatAST(documents)), resolvers })
}

export function authorize(
  sdl: string,
  resolvers: IResolvers = {},
  options: Partial<AuthorizationOptions<TestContext>> = {},
): GraphQLSchema {
  return authorizeSchema<TestContext>(buildTestSchema(sdl, resolvers), {
    viewer: (context) => context.viewer,
    established: (context) => context.established,
    onWarning: () => {},
    ...options,
  })
}

/** The faults that stop the start. Fails where there are none. */
export function faultsOf(
  sdl: string,
  options: Partial<AuthorizationOptions<TestContext>> = {},
): readonly PolicyFault[] {
  try {
    authorize(sdl, {}, options)
  } catch (error) {
    if (error instanceof SchemaPolicyError) return error.faults
    throw error
  }
  throw new Error('the schema was authorized, and should not have been')
}

export const anonymous = null
export const member: Viewer = { id: 'member', roles: ['MEMBER'], authenticatedAt: new Date() }
export const editor: Viewer = { id: 'editor', roles: ['EDITOR'], authenticatedAt: new Date() }
export const admin: Viewer = { id: 'admin', roles: ['ADMIN'], authenticatedAt: new Date() }

export async function run(
  schema: GraphQLSchema,
  source: string,
  viewer: Viewer | null,
  variableValues: Record<string, unknown> = {},
  contextValue: TestContext = { viewer },
): Promise<ExecutionResult> {
  const result = await graphql({ schema, source, contextValue, variableValues })
  return JSON.parse(JSON.stringify(result)) as ExecutionResult
}

/** What matters of errors: where and why, in response order. */
export function errorsOf(result: ExecutionResult): [path: string, code: unknown][] {
  return (result.errors ?? []).map((error) => [(error.path ?? []).join('.'), error.extensions?.code])
}
