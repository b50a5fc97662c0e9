import { fileURLToPath } from 'node:url'
import type { BrowserContext } from 'playwright-core'
import { build } from 'vite'

/**
 * Takes the place of Sandbox's frame: it asks the page that embeds it, by the messages that Sandbox sends, and leaves
 * the answers in `answers`. `post` asks with the endpoint and the cookies that the page offers.
 */
const frame = `<!doctype html><title>The frame of Sandbox</title><script>
  const settings = new URLSearchParams(location.search)
  const waiting = new Map()
  let count = 0
  addEventListener('message', ({ data }) => {
    waiting.get(data.operationId)?.(data)
    waiting.delete(data.operationId)
  })
  function ask(message) {
    const operationId = String(++count)
    return new Promise((resolve) => {
      waiting.set(operationId, resolve)
      parent.postMessage({ ...message, operationId }, '*')
    })
  }
  const includeCookies = settings.get('defaultIncludeCookies') === 'true'
  async function post({ query, variables, operationName }) {
    const { response } = await ask({
      name: 'ExplorerRequest', operation: query, variables, operationName, headers: {}, includeCookies,
      endpointUrl: settings.get('endpoint'),
    })
    return { status: response.status, data: response.data, errors: response.errors, error: response.error }
  }
  function introspect(query) {
    return ask({
      name: 'IntrospectionQueryWithHeaders', introspectionRequestBody: JSON.stringify({ query, operationName: 'IntrospectionQuery' }),
      introspectionRequestHeaders: {}, includeCookies, sandboxEndpointUrl: settings.get('endpoint'),
    })
  }
</script>`

/** The script that the page loads from Apollo's content delivery network, from Apollo's own package. */
async function bundleScript(): Promise<string> {
  const entry = fileURLToPath(new URL('embedded-sandbox.ts', import.meta.url))
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'embedded' } },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (!output || !('output' in output)) throw new TypeError('Vite should build once')
  return output.output[0].code
}

/** Answers what the page at `/graphql` loads of Apollo's servers; all else of theirs is out of reach. */
export async function serveSandbox(context: BrowserContext): Promise<void> {
  const script = await bundleScript()
  await context.route(/^https:\/\/(\w|-|\.)+\.(apollographql|googleapis|gstatic)\.com\//, (route) => {
    const { host } = new URL(route.request().url())
    if (host === 'embeddable-sandbox.cdn.apollographql.com')
      return route.fulfill({ contentType: 'text/javascript', body: script })
    if (host === 'sandbox.embed.apollographql.com') return route.fulfill({ contentType: 'text/html', body: frame })
    return route.abort()
  })
}
