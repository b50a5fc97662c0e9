import { ApolloServer, type ApolloServerOptions, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { createAuthorizationPlugins } from '../graphql/authorization-plugins.ts'
import type { Context } from '../graphql/context.ts'
import { createExecutor } from '../graphql/executor.ts'
import { createDocumentStore } from '../graphql/kept-documents.ts'
import { createKnownOperations, type KnownOperations } from '../graphql/known-operations.ts'
import { maxErrors, maxTokens } from '../graphql/limits.ts'
import { type FollowedOperation, operationPlugin } from '../graphql/operation-plugin.ts'
import { subscriptionPlugin } from '../graphql/subscription-plugin.ts'
import { requestScope } from './request-scope.ts'

interface ApolloParts
  extends Required<Pick<ApolloServerOptions<Context>, 'schema' | 'formatError' | 'validationRules'>> {
  config: Pick<Config, 'environment' | 'introspection'>
  logger: Logger
  /** Begins to measure an operation, where somebody does. */
  followOperation?: (() => FollowedOperation) | undefined
  /** More of them. With any, each operation goes all the way through Apollo Server, so that they hear of it. */
  plugins?: ApolloServerPlugin<Context>[]
}

/** What answers operations. */
export interface Answering {
  apollo: ApolloServer<Context>
  /** Null where each operation is to go all the way. */
  known: KnownOperations | null
}

/** Makes the part that reads, validates and executes operations: everything optional of Apollo's is off unless named. */
export function createApollo(parts: ApolloParts): Answering {
  const { config, followOperation, plugins = [], ...options } = parts
  const production = config.environment === 'production'
  const { execute, attach } = createExecutor(options.schema, options)
  const known = createKnownOperations(options.schema, {
    ...options,
    execute,
    onName: tellName,
    follow: followOperation,
  })

  const apollo = new ApolloServer<Context>({
    ...options,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    documentStore: createDocumentStore(),
    parseOptions: { maxTokens },
    // Suggestions are dear, and thrown away: faults are told in the words of the schema that the viewer sees.
    validationOptions: { maxErrors, hideSuggestions: true },
    introspection: true,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: config.environment,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      config.environment === 'development'
        ? ApolloServerPluginLandingPageLocalDefault({ embed: { runTelemetry: false }, includeCookies: true })
        : ApolloServerPluginLandingPageDisabled(),
      nameOperation,
      ...(followOperation ? [operationPlugin(followOperation)] : []),
      subscriptionPlugin,
      ...createAuthorizationPlugins(options.schema, {
        introspection: config.introspection,
        suggestions: !production,
        explanations: config.environment === 'development',
        execute: known.watch(execute),
      }),
      ...plugins,
    ].map(attach),
  })
  return { apollo, known: plugins.length === 0 ? known : null }
}

/** Characters. A longer name is no name that somebody gave. */
const longestName = 64

/** Tells the log what the operation is called. */
function tellName(name: string | null): void {
  const scope = requestScope.getStore()
  if (scope && name && name.length <= longestName) scope.operationName = name
}

const nameOperation: ApolloServerPlugin = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operationName }) => tellName(operationName),
  }),
}
