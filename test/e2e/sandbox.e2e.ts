import { getIntrospectionQuery } from 'graphql'
import { type BrowserContext, chromium, type Frame, type Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fillIn, readSandboxSteps, type SandboxRequest, withoutIds } from '../support/sandbox.ts'
import { type Env, startServer } from '../support/server.ts'
import { startHttpsProxy } from './https-proxy.ts'
import { serveSandbox } from './sandbox-frame.ts'

interface Asked {
  status?: number
  data?: Record<string, unknown> | null
  errors?: { extensions: { code: string } }[]
  error?: { message: string }
}

async function openContext(host: string, address: string): Promise<BrowserContext> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--ignore-certificate-errors', `--host-resolver-rules=MAP ${host} ${address}`],
  })
  onTestFinished(() => browser.close())
  return browser.newContext({ permissions: ['local-network-access'] })
}

/** Runs the operations of docs/sandbox.md in order, and holds the answers to those that are shown. */
async function runSteps(post: (request: SandboxRequest) => Promise<Asked>): Promise<void> {
  let id = ''
  for (const { request, shown } of readSandboxSteps()) {
    const { data, errors } = await post(fillIn(request, id))
    if (data?.createDocument) id = (data.createDocument as { id: string }).id
    expect(withoutIds({ errors, data }), request.operationName).toEqual(shown)
  }
}

const signIn = readSandboxSteps()[1]?.request
const whoAmI = readSandboxSteps()[0]?.request
const max = { data: { session: { user: { name: 'Max Member' } } } }

describe('the page of the server itself', () => {
  const publicUrl = 'http://localhost:4000'

  async function open(): Promise<{ context: BrowserContext; page: Page; frame: Frame; complaints: string[] }> {
    const { url } = await startServer({ env: { NODE_ENV: 'development', PUBLIC_URL: publicUrl } })
    const context = await openContext('localhost:4000', new URL(url).host)
    await serveSandbox(context)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => void complaints.push(message.text()))
    await page.goto(`${publicUrl}/graphql`)
    const element = await page.waitForSelector('#embeddableSandbox iframe')
    const frame = await element.contentFrame()
    if (!frame) throw new Error('there should be a frame')
    await frame.waitForFunction('typeof post === "function"')
    return { context, page, frame, complaints }
  }

  const post = (frame: Frame) => (request: SandboxRequest) =>
    frame.evaluate(`post(${JSON.stringify(request)})`) as Promise<Asked>

  it('embeds Sandbox past both of its policies, and gives it the schema', async () => {
    const { frame, complaints } = await open()
    expect(new URL(frame.url()).searchParams.get('endpoint')).toBe(`${publicUrl}/graphql`)
    const told = await frame.evaluate(`introspect(${JSON.stringify(getIntrospectionQuery())})`)
    expect(told).toMatchObject({ name: 'SchemaResponse', schema: { __schema: { queryType: { name: 'Query' } } } })
    expect(complaints.filter((text) => text.includes('Content Security Policy'))).toEqual([])
  })

  it('sends the operations of docs/sandbox.md with its cookies, and gives the answers that are shown', async () => {
    const { frame } = await open()
    await runSteps(post(frame))
  })

  it('keeps the cookie from scripts', async () => {
    const { context, page, frame } = await open()
    if (!signIn) throw new Error('the page should sign in')
    await post(frame)(signIn)
    expect(await page.evaluate('document.cookie')).toBe('')
    const cookies = await context.cookies(publicUrl)
    expect(cookies.map(({ name }) => name).sort()).toEqual(['device', 'session'])
    for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  })
})

describe('hosted Sandbox', () => {
  const sandbox = 'https://studio.apollographql.com'
  const app = 'https://app.example.org'
  const evil = 'https://evil.example'
  const publicUrl = 'https://api.example.com'
  const env: Env = {
    NODE_ENV: 'development',
    PUBLIC_URL: publicUrl,
    TRUST_PROXY: '1',
    ALLOWED_ORIGINS: `${sandbox},${app}`,
    COOKIE_SAME_SITE: 'None',
  }

  /** A browser, and a way to send an operation from a page of an origin with “Include cookies” on. */
  async function open(settings: Env = env) {
    const { url } = await startServer({ env: settings })
    const context = await openContext('api.example.com', await startHttpsProxy('api.example.com', url))
    await context.route(/^https:\/\/(studio\.apollographql\.com|app\.example\.org|evil\.example)\//, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>A page</title>' }),
    )
    const openPage = async (origin: string) => {
      const page = await context.newPage()
      await page.goto(`${origin}/`)
      const post = (request: SandboxRequest | undefined) =>
        page.evaluate(`fetch('${publicUrl}/graphql', {
          method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' },
          body: ${JSON.stringify(JSON.stringify(request))},
        }).then((answer) => answer.json(), ({ name }) => ({ refused: name }))`) as Promise<Asked>
      return { page, post }
    }
    return { context, openPage }
  }

  it('sends the operations of docs/sandbox.md from its own origin, over HTTPS', async () => {
    const { openPage } = await open()
    await runSteps((await openPage(sandbox)).post)
  })

  it('has cookies that no script reads, of HTTPS alone, one for each site whose pages ask', async () => {
    const { context, openPage } = await open()
    const { page, post } = await openPage(sandbox)
    await post(signIn)
    expect(await post(whoAmI)).toEqual(max)
    expect(await page.evaluate('document.cookie')).toBe('')
    const cookies = await context.cookies(publicUrl)
    expect(cookies.map(({ name }) => name).sort()).toEqual(['__Host-device', '__Host-session'])
    for (const cookie of cookies) {
      expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'None', path: '/' })
      expect(cookie).toMatchObject({ domain: 'api.example.com', partitionKey: 'https://apollographql.com' })
    }
    expect(await (await openPage(app)).post(whoAmI)).toEqual({ data: { session: null } })
  })

  it('is refused from an origin that is not listed: nothing is read, nobody signed in', async () => {
    const { context, openPage } = await open()
    expect(await (await openPage(evil)).post(signIn)).toEqual({ refused: 'TypeError' })
    expect(await context.cookies(publicUrl)).toEqual([])
  })

  it('signs nobody in with cookies of the same site alone', async () => {
    const { openPage } = await open({ ...env, COOKIE_SAME_SITE: 'Lax' })
    const { post } = await openPage(sandbox)
    expect(await post(signIn)).toMatchObject({ data: { login: { user: { name: 'Max Member' } } } })
    expect(await post(whoAmI)).toEqual({ data: { session: null } })
  })
})
