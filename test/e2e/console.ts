import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import { type ArrivedMail, type MailServer, startMailServer } from '../support/mail-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { publicUrl } from './browser.ts'

export const consoleUrl = `${publicUrl}/console`
export const builtConsole = fileURLToPath(new URL('../../console/dist', import.meta.url))

/** A server that serves the console, and Chromium in front of it. */
export interface TestConsole {
  server: TestServer
  mailServer: MailServer
  browser: Browser
  /** A browser with cookies of its own, which watches what its pages complain of. */
  openContext(options?: BrowserContextOptions): Promise<BrowserContext>
  /** A page of a new context, at a path below `/console`. */
  openPage(path?: string, options?: BrowserContextOptions): Promise<Page>
  /** Does something, and gives the one mail that it leads to. */
  mailAfter(work: () => Promise<unknown>): Promise<ArrivedMail>
}

/**
 * Whatever a page complains of fails the test in its end: a refusal of the policy, an exception, a warning of React's.
 * Answers of the API with a status of their own are told by the browser too, and are none.
 */
export async function openConsole(options: Parameters<typeof startServer>[0] = {}): Promise<TestConsole> {
  const mailServer = await startMailServer()
  onTestFinished(() => mailServer.close())
  const server = await startServer({
    consoleFolder: builtConsole,
    intervals: { reloadKeys: 3_600_000, purge: 3_600_000, mails: 10 },
    ...options,
    env: { PUBLIC_URL: publicUrl, SMTP_URL: mailServer.url, ...options.env },
  })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', `--host-resolver-rules=MAP localhost:4000 ${new URL(server.url).host}`],
  })
  const complaints: string[] = []
  onTestFinished(async () => {
    await browser.close()
    expect(complaints).toEqual([])
  })

  const openContext = async (contextOptions: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ locale: 'en-GB', ...contextOptions })
    context.setDefaultTimeout(15_000)
    context.on('weberror', (error) => complaints.push(String(error.error())))
    context.on('console', (message) => {
      const isStatus = /Failed to load resource: the server responded with a status of [45]\d\d/.test(message.text())
      if (['error', 'warning'].includes(message.type()) && !isStatus) complaints.push(message.text())
    })
    return context
  }
  return {
    server,
    mailServer,
    browser,
    openContext,
    async openPage(path = '/', contextOptions) {
      const page = await (await openContext(contextOptions)).newPage()
      await page.goto(`${consoleUrl}${path}`)
      await page.locator('h1').waitFor()
      return page
    },
    async mailAfter(work) {
      const [mail, second] = await mailServer.mailsAfter(server.databasePath, work)
      if (!mail || second) throw new Error('There should be one mail')
      return mail
    },
  }
}

/** Waits until the page with this heading is shown. */
export async function seeHeading(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}

export async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: typeof name === 'string' }).click()
}

/** Fills fields by their labels. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values))
    await page.getByLabel(label, { exact: true }).and(page.locator('input, textarea')).fill(value)
}

export async function signIn(page: Page, email = 'member@example.com', password = demoPassword): Promise<void> {
  await fill(page, { 'E-mail': email, Password: password })
  await press(page, 'Sign in')
}

/** A page of somebody who is signed in. */
export async function openSignedIn(house: TestConsole, path: string, email?: string): Promise<Page> {
  const page = await house.openPage(path)
  await signIn(page, email)
  await page.waitForURL(`${consoleUrl}${path}`)
  return page
}

/** Chromium's authenticator, which verifies its user and touches itself. */
export async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** The address that a mail's link leads to. */
export function linkOf({ source }: ArrivedMail): string {
  return /http:\/\/localhost:4000\/[\w-]+#[\w-]+/.exec(source)?.[0] ?? expect.unreachable('the mail has no link')
}
