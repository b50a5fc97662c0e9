import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import {
  BeginTotpEnrollmentDocument,
  ConfirmTotpEnrollmentDocument,
  RegisterDocument,
} from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { startProvider } from '../support/openid-provider.ts'
import { publicUrl } from './browser.ts'
import {
  addAuthenticator,
  consoleUrl,
  fill,
  linkOf,
  openConsole,
  openSignedIn,
  press,
  seeHeading,
  signIn,
  type TestConsole,
} from './console.ts'

const password = 'correct horse battery staple'
const newPassword = 'a quite different staple'
const vera = { Name: 'Vera Visitor', 'E-mail': 'vera@example.com', Password: password }

async function whoIsThere(page: Page): Promise<unknown> {
  const query = '{ session { methods user { email } } }'
  return page.evaluate(async (text) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query: text }) })
    return (await answer.json()).data.session
  }, query)
}

/** Somebody with an authenticator app, signed in nowhere. */
async function enroll({ server }: TestConsole, email: string) {
  const client = createClient(server.url, publicUrl)
  dataOf(await client.execute(RegisterDocument, { email, password, name: 'Uma User' }))
  const { beginTotpEnrollment } = dataOf(await client.execute(BeginTotpEnrollmentDocument))
  const secret = Secret.fromBase32(beginTotpEnrollment?.secret ?? '')
  // The codes before and after the current one count too: no test waits for the next.
  const code = (steps: number) => TOTP.generate({ secret, timestamp: Date.now() + steps * 30_000 })
  const { confirmTotpEnrollment } = dataOf(await client.execute(ConfirmTotpEnrollmentDocument, { code: code(-1) }))
  return { code, recoveryCodes: confirmTotpEnrollment?.codes ?? [] }
}

describe('registering in the console', () => {
  it('makes an account and signs it in, with cookies that no script reads', async () => {
    const house = await openConsole()
    const page = await house.openPage()
    await page.getByRole('link', { name: 'Register' }).click()
    await seeHeading(page, 'Register')
    await fill(page, vera)
    await press(page, 'Register')
    await page.getByText('Vera Visitor').waitFor()
    expect(await whoIsThere(page)).toEqual({ methods: ['PASSWORD'], user: { email: 'vera@example.com' } })
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await page.evaluate('[localStorage.length, sessionStorage.length]')).toEqual([0, 0])
    for (const { name, httpOnly, sameSite, path } of await page.context().cookies())
      expect([name, httpOnly, sameSite, path]).toEqual([expect.any(String), true, 'Lax', '/'])
  })

  it('says at the field what will not do, and makes nothing', async () => {
    const house = await openConsole()
    const page = await house.openPage('/register')
    await fill(page, { ...vera, Password: 'short' })
    await press(page, 'Register')
    const field = page.getByLabel('Password')
    await page.getByText('The password must have at least 15 characters').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await whoIsThere(page)).toBeNull()
    await fill(page, { 'E-mail': 'member@example.com', Password: password })
    await press(page, 'Register')
    await page
      .getByRole('alert')
      .getByText(/account/)
      .waitFor()
    expect(await whoIsThere(page)).toBeNull()
  })

  it('waits for the mail where addresses have to be proved first', async () => {
    const house = await openConsole({ env: { EMAIL_VERIFICATION: 'required' } })
    const page = await house.openPage('/register')
    await fill(page, vera)
    const mail = await house.mailAfter(async () => {
      await press(page, 'Register')
      await seeHeading(page, 'Look into your mail')
    })
    await page.goto(linkOf(mail))
    await seeHeading(page, 'Confirm your address')
    await press(page, 'Confirm the address')
    await page.getByText('Your address is confirmed. You can sign in now.').waitFor()
    await page.getByRole('link', { name: 'Go to the sign-in' }).click()
    await signIn(page, 'vera@example.com', password)
    await page.getByText('Vera Visitor').waitFor()
  })
})

describe('signing in at the console', () => {
  it('leads back to where one was, and is refused with a wrong password', async () => {
    const house = await openConsole()
    const page = await house.openPage('/account/security')
    await seeHeading(page, 'Sign in')
    await signIn(page, 'member@example.com', 'not the password at all')
    await page.getByRole('alert').getByText('Invalid email or password. Check what you typed').waitFor()
    expect(await whoIsThere(page)).toBeNull()
    await signIn(page)
    await seeHeading(page, 'Security')
    expect(page.url()).toBe(`${consoleUrl}/account/security`)
    expect(await page.title()).toBe('Security · Gatehouse')
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Security')
  })

  it('leads nowhere else, whatever a link says', async () => {
    const house = await openConsole()
    for (const from of ['//evil.example/', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
      const page = await house.openPage(`/sign-in?${new URLSearchParams({ from })}`)
      await signIn(page)
      await page.getByText('Max Member').waitFor()
      expect(new URL(page.url()).origin).toBe(publicUrl)
      await page.context().close()
    }
  })

  it('asks for the second factor: a code of the app, or a recovery code', async () => {
    const house = await openConsole()
    const { code, recoveryCodes } = await enroll(house, 'uma@example.com')
    const page = await house.openPage()
    await signIn(page, 'uma@example.com', password)
    await seeHeading(page, 'One more step')
    await fill(page, { Code: '000000' })
    await press(page, 'Sign in')
    await page.getByRole('alert').getByText('The code could not be verified').waitFor()
    expect(await whoIsThere(page)).toBeNull()
    await fill(page, { Code: code(1) })
    await press(page, 'Sign in')
    await page.getByText('Uma User').waitFor()
    expect(await whoIsThere(page)).toMatchObject({ methods: ['PASSWORD', 'TOTP'] })

    const other = await house.openPage()
    await signIn(other, 'uma@example.com', password)
    await fill(other, { Code: recoveryCodes[0] ?? '' })
    await press(other, 'Sign in')
    await other.getByText('Uma User').waitFor()
    expect(await whoIsThere(other)).toMatchObject({ methods: ['PASSWORD', 'RECOVERY_CODE'] })
  })

  it('takes a code that is mailed, in the browser that asked', async () => {
    const house = await openConsole()
    const page = await house.openPage()
    await press(page, 'Get a code by mail')
    await fill(page, { 'E-mail': 'member@example.com' })
    const mail = await house.mailAfter(async () => {
      await press(page, 'Mail me a code')
      await page.getByText('a code is on its way there').waitFor()
    })
    await fill(page, { 'Code from the mail': '00000000' })
    await press(page, 'Sign in')
    await page.getByRole('alert').waitFor()
    expect(await whoIsThere(page)).toBeNull()
    await fill(page, { 'Code from the mail': /^(\d{8})\r?$/m.exec(mail.source)?.[1] ?? '' })
    await press(page, 'Sign in')
    await page.getByText('Max Member').waitFor()
    expect(await whoIsThere(page)).toMatchObject({ methods: ['EMAIL_CODE'] })
  })

  it('takes a passkey without an address, and says so when there is none', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account/security')
    await addAuthenticator(page)
    await press(page, 'Add a passkey')
    await fill(page, { Name: 'Chromium' })
    await press(page, 'Go on')
    await page.getByRole('rowheader', { name: 'Chromium' }).waitFor()
    await press(page, 'Sign out')
    await seeHeading(page, 'Sign in')
    await press(page, 'Use a passkey')
    await page.getByText('Max Member').waitFor()
    expect(await whoIsThere(page)).toMatchObject({ methods: ['PASSKEY'], user: { email: 'member@example.com' } })

    const other = await house.openPage()
    await addAuthenticator(other)
    await press(other, 'Use a passkey')
    await other.getByText('No passkey was used').waitFor()
    expect(await whoIsThere(other)).toBeNull()
  })

  it('goes through a login provider and back to where one was', async () => {
    const provider = await startProvider('one', publicUrl)
    onTestFinished(() => provider.close())
    const house = await openConsole({ env: { OAUTH_PROVIDERS: JSON.stringify([provider.settings]) } })
    provider.account = { sub: 'penny', email: 'penny@example.com', email_verified: true, name: 'Penny Provided' }
    const page = await house.openPage('/account/devices')
    await page.getByRole('link', { name: 'Go on with Provider one' }).click()
    await seeHeading(page, 'Devices and tokens')
    expect(await whoIsThere(page)).toEqual({ methods: ['OAUTH'], user: { email: 'penny@example.com' } })

    provider.account = { sub: 'nobody', name: 'Nobody' }
    const other = await house.openPage()
    await other.getByRole('link', { name: 'Go on with Provider one' }).click()
    await other.getByRole('alert').getByText('The provider vouches for no address of yours').waitFor()
    expect(await whoIsThere(other)).toBeNull()
  })

  it('asks for the second factor after a provider too', async () => {
    const provider = await startProvider('one', publicUrl)
    onTestFinished(() => provider.close())
    const house = await openConsole({ env: { OAUTH_PROVIDERS: JSON.stringify([provider.settings]) } })
    provider.account = { sub: 'penny', email: 'penny@example.com', email_verified: true, name: 'Penny Provided' }
    const page = await house.openPage('/account/security')
    await page.getByRole('link', { name: 'Go on with Provider one' }).click()
    await press(page, 'Set up an app')
    const secret = Secret.fromBase32(await page.locator('.dialog pre').innerText())
    await fill(page, { 'Code that the app shows': TOTP.generate({ secret, timestamp: Date.now() - 30_000 }) })
    await press(page, 'Turn it on')
    await press(page, 'I have kept them')
    await press(page, 'Sign out')
    await seeHeading(page, 'Sign in')
    await page.getByRole('link', { name: 'Go on with Provider one' }).click()
    await seeHeading(page, 'One more step')
    expect(await whoIsThere(page)).toBeNull()
    await fill(page, { Code: TOTP.generate({ secret }) })
    await press(page, 'Sign in')
    await page.getByText('Penny Provided').waitFor()
    expect(await whoIsThere(page)).toMatchObject({ methods: ['OAUTH', 'TOTP'] })
  })

  it('says how long to wait after too many attempts, and lets one try again then', async () => {
    const house = await openConsole()
    const page = await house.openPage()
    await expect
      .poll(
        async () => {
          await signIn(page, 'member@example.com', 'not the password at all')
          const alert = page.getByRole('alert')
          await alert.waitFor()
          return alert.innerText()
        },
        { timeout: 30_000, interval: 50 },
      )
      .toMatch(/try again in \d+ seconds?\s+You can try again in \d+ s\./i)
  })

  it('says that the server cannot be reached, and goes on once it can', async () => {
    const house = await openConsole()
    const page = await house.openPage('/sign-in')
    const context = page.context()
    await context.route('**/graphql', (route) => route.fulfill({ status: 502, body: 'Bad gateway' }))
    await signIn(page)
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor()
    await context.unroute('**/graphql')
    await signIn(page)
    await page.getByText('Max Member').waitFor()
  })
})

describe('a forgotten password', () => {
  it('is set anew by the link of a mail, once', async () => {
    const house = await openConsole()
    const page = await house.openPage()
    await page.getByRole('link', { name: 'Forgotten your password?' }).click()
    await seeHeading(page, 'Forgotten password')
    await fill(page, { 'E-mail': 'member@example.com' })
    const mail = await house.mailAfter(async () => {
      await press(page, 'Mail me a link')
      await page.getByText('a link is on its way there').waitFor()
    })
    await page.goto(linkOf(mail))
    await seeHeading(page, 'Set a new password')
    expect(page.url()).toMatch(/\/console\/reset-password#[\w-]{43}$/)
    await fill(page, { 'New password': 'short' })
    await press(page, 'Set the password')
    await page.getByText('The password must have at least 15 characters').waitFor()
    await fill(page, { 'New password': newPassword })
    await press(page, 'Set the password')
    await page.getByText('Your new password is set.').waitFor()
    await signIn(page, 'member@example.com', newPassword)
    await page.getByText('Max Member').waitFor()

    const again = await house.openPage()
    await again.goto(linkOf(mail))
    await seeHeading(again, 'Set a new password')
    await fill(again, { 'New password': 'yet another password' })
    await press(again, 'Set the password')
    await again.getByRole('alert').getByText('used up or expired').waitFor()
    await again.goto(`${consoleUrl}/sign-in`)
    await signIn(again, 'member@example.com', demoPassword)
    await again.getByRole('alert').waitFor()
  })
})
