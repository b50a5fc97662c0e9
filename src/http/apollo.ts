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
import { maxTokens } from '../graphql/limits.ts'
import { type FollowedOperation, operationPlugin } from '../graphql/operation-plugin.ts'
import { subscriptionPlugin } from '../graphql/subscription-plugin.ts'
import { requestScope } from './request-scope.ts'

interface ApolloParts
  extends Required<Pick<ApolloServerOptions<Context>, 'schema' | 'formatError' | 'validationRules'>> {
  config: Pick<Config, 'environment' | 'introspection'>
  logger: Logger
  /** Begins to measure an operation, where somebody does. */
  followOperation?: (() => FollowedOperation) | undefined
}

/** Makes the part that reads, validates and executes operations: everything optional of Apollo's is off unless named. */
export function createApollo(parts: ApolloParts): ApolloServer<Context> {
  const { config, followOperation, ...options } = parts
  const production = config.environment === 'production'
  const { execute, attach } = createExecutor(options.schema, options)

  return new ApolloServer<Context>({
    ...options,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    parseOptions: { maxTokens },
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
        execute,
      }),
    ].map(attach),
  })
}

/** Characters. A longer name is no name that somebody gave. */
const longestName = 64

/** Tells the log what the operation is called. */
const nameOperation: ApolloServerPlugin = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operationName }) => {
      const scope = requestScope.getStore()
      if (scope && operationName && operationName.length <= longestName) scope.operationName = operationName
    },
  }),
}
