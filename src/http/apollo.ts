import { ApolloServer, type ApolloServerOptions, type ApolloServerPlugin, type BaseContext } from '@apollo/server'
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
import { authorizationPlugin, introspectionPlugin, type Viewer } from '../directives/index.ts'
import { requestScope } from './request-scope.ts'

/** Tokens of an operation's text: its parser stops there. */
const maxTokens = 1000

interface ApolloParts<Context extends BaseContext>
  extends Required<Pick<ApolloServerOptions<Context>, 'schema' | 'formatError' | 'validationRules'>> {
  config: Pick<Config, 'environment' | 'introspection'>
  logger: Logger
}

/** With `true`, in development, asks why each coordinate was allowed or denied. */
const explainHeader = 'x-explain-authorization'

/** Whose introspection it is. */
interface Introspector extends BaseContext {
  viewer: Viewer | null
}

/** Makes the part that reads, validates and executes operations: everything optional of Apollo's is off unless named. */
export function createApollo<Context extends Introspector>(parts: ApolloParts<Context>): ApolloServer<Context> {
  const { config, ...options } = parts
  const production = config.environment === 'production'

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
      introspectionPlugin<Context>({
        viewer: (context) => context.viewer,
        introspection: config.introspection,
        suggestions: !production,
      }),
      nameOperation,
      authorizationPlugin(options.schema, {
        explain: ({ http }) => config.environment === 'development' && http?.headers.get(explainHeader) === 'true',
      }),
    ],
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
