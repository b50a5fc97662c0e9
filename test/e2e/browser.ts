import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

/** Chromium, whose `localhost:4000` is a test's server; it ends with the test. */
export interface TestBrowser {
  /** A page at the origin, which runs {@link pageScript}, with cookies and passkeys of its own. */
  open(origin: string): Promise<OpenPage>
}

export interface OpenPage {
  context: BrowserContext
  page: Page
  /** The virtual authenticator's. */
  devtools: CDPSession
  authenticatorId: string
  /** Evaluates a call of what {@link pageScript} defines. */
  run(call: string): Promise<unknown>
}

export const publicUrl = 'http://localhost:4000'

/** What a frontend does, by the browser's own reading and writing of WebAuthn's JSON. */
const pageScript = `
  async function send(query, variables) {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ query, variables })
    const answer = await fetch('${publicUrl}/graphql', { method: 'POST', credentials: 'include', headers, body })
    const { data, errors } = await answer.json()
    return errors ? { refused: errors[0].extensions.code } : data
  }
  const logIn = (email, password) =>
    send('mutation ($email: EmailAddress!, $password: String!) { login(email: $email, password: $password) { __typename } }', { email, password })
  const whoAmI = () => send('{ session { methods user { email } } }')

  async function registerPasskey() {
    const begun = await send('mutation { beginPasskeyRegistration }')
    if (begun.refused) return begun
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.beginPasskeyRegistration)
    const credential = await navigator.credentials.create({ publicKey }).catch(({ name }) => name)
    if (typeof credential === 'string') return { browserRefused: credential }
    const query = 'mutation ($response: JSON!) { finishPasskeyRegistration(response: $response, name: "Chromium") { method name } }'
    return send(query, { response: credential.toJSON() })
  }

  async function logInByPasskey() {
    const { beginPasskeyLogin } = await send('mutation { beginPasskeyLogin { challenge options } }')
    const { challenge, options } = beginPasskeyLogin
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
    const credential = await navigator.credentials.get({ publicKey }).catch(({ name }) => name)
    if (typeof credential === 'string') return { browserRefused: credential }
    const query = 'mutation ($challenge: String!, $response: JSON!) { finishPasskeyLogin(challenge: $challenge, response: $response) { ... on Session { methods user { email } } } }'
    return send(query, { challenge, response: credential.toJSON() })
  }
`

const head = `<!doctype html><title>A frontend</title><script>${pageScript}</script>`

/** @param url - where the server listens */
export async function startBrowser(url: string): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', `--host-resolver-rules=MAP localhost:4000 ${new URL(url).host}`],
  })
  onTestFinished(() => browser.close())

  return {
    async open(origin) {
      // A page that a test answers comes from no address at all: Chromium asks before it lets such pages call loopback.
      const context = await browser.newContext({ permissions: ['local-network-access'] })
      // Pages are a frontend's; what the server answers is the server's.
      await context.route(/^http:\/\/localhost:\d+\/(\?.*)?$/, (route) => {
        const frame = new URL(route.request().url()).searchParams.get('frame')
        const allow = 'publickey-credentials-get; publickey-credentials-create'
        const body = frame === null ? '' : `<iframe src="${frame}" allow="${allow}"></iframe>`
        return route.fulfill({ contentType: 'text/html', body: `${head}${body}` })
      })
      const page = await context.newPage()
      const devtools = await context.newCDPSession(page)
      await devtools.send('WebAuthn.enable')
      const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      })
      await page.goto(`${origin}/`)
      return { context, page, devtools, authenticatorId, run: (call) => page.evaluate(call) }
    },
  }
}
