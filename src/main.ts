import type { Server } from 'node:net'
import { compose } from './compose.ts'
import { type Config, readConfig } from './config.ts'
import { demoPassword, demoUsers } from './demo.ts'
import { SchemaPolicyError } from './directives/index.ts'
import { ConfigError } from './errors.ts'
import { graphqlPath } from './http/graphql-route.ts'
import { createLogger } from './http/logger.ts'
import { parseSigningKeys } from './identity/keys.ts'
import { parseMasterKey } from './identity/master-key.ts'
import { parseProviderSettings } from './identity/oauth/parse-provider-settings.ts'

try {
  await start()
} catch (error) {
  const plain = error instanceof ConfigError || error instanceof SchemaPolicyError
  console.error(plain ? error.message : error)
  process.exitCode = 1
}

async function start(): Promise<void> {
  const config = readConfig(process.env, parseSigningKeys, parseMasterKey, parseProviderSettings)
  const logger = createLogger(config.logLevel)
  const { server, close } = await compose(config, { logger })

  try {
    await server.listen({ host: config.host, port: config.port })
  } catch (error) {
    await close()
    throw explainListenFault(error, config)
  }
  if (config.environment === 'development') greet(config, listeningPort(server.server) ?? config.port)

  // graphql-js 16 leaves the promises of a list alone once one of its non-null items has failed; those that fail after
  // it must not end the server for everybody.
  process.on('unhandledRejection', (cause) =>
    logger.error({ err: cause }, 'a promise failed with nobody waiting for it'),
  )

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Once: a second signal ends the process at once, as it does by default.
    process.once(signal, async () => {
      logger.info({ signal }, 'stopping')
      await close()
      logger.info('stopped')
    })
  }
}

function listeningPort(server: Server): number | undefined {
  const address = server.address()
  return typeof address === 'object' ? address?.port : undefined
}

function explainListenFault(error: unknown, { host, port }: Config): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new ConfigError([{ variable: 'PORT', problem: `should be free: something listens on ${port} already` }])
  if (code === 'EACCES')
    return new ConfigError([{ variable: 'PORT', problem: `${port} needs more rights to listen on` }])
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ConfigError([{ variable: 'HOST', problem: `should be an address of this machine, not ${host}` }])
  return error
}

function greet(config: Config, port: number): void {
  const origin = config.port === 0 ? `http://localhost:${port}` : config.publicUrl
  const email = demoUsers[1].email
  console.log(`
Gatehouse is ready: open ${origin}${graphqlPath} in a browser for Apollo Sandbox.
`)
  if (!config.seedDemo) return
  console.log(`An empty database gets these users:
${demoUsers.map((user) => `  ${user.email.padEnd(20)} ${user.role}`).join('\n')}
  password: ${demoPassword}

Sign in and read, in Sandbox:

  mutation {
    login(email: "${email}", password: "${demoPassword}") {
      ... on Session { user { name roles } expiresAt }
    }
  }

  query {
    documents { totalCount edges { node { title owner { name } } } }
  }
`)
}
