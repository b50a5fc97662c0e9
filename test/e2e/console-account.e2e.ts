import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import { createSetClock } from '../identity/set-clock.ts'
import { createClient } from '../support/client.ts'
import { dumpDatabase } from '../support/house.ts'
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
  type TestConsole,
} from './console.ts'

const newPassword = 'a quite different staple'

/** Somebody else's browser, or the same person's other one. */
async function openElsewhere({ server }: TestConsole, email = 'member@example.com', password = demoPassword) {
  const client = createClient(server.url, publicUrl)
  const { body } = await client.login(email, password)
  return { client, refused: body.errors?.[0]?.extensions.code }
}

async function isSignedIn({ client }: Awaited<ReturnType<typeof openElsewhere>>): Promise<boolean> {
  return (await client.execute('{ session { id } }')).body.data?.session !== null
}

const told = (page: Page, text: string) => page.locator('.status').getByText(text).waitFor()

describe('one’s profile', () => {
  it('has another name, which the page shows everywhere', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account')
    await fill(page, { Name: 'x'.repeat(101) })
    await press(page, 'Change the name')
    await page.getByText('The name must have at most 100 characters').waitFor()
    await fill(page, { Name: 'Maxine Member' })
    await press(page, 'Change the name')
    await told(page, 'Your name is changed')
    await page.locator('.viewer').getByText('Maxine Member').waitFor()
  })

  it('has another address once a mail there is confirmed', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account')
    await fill(page, { 'New address': 'maxine@example.com' })
    const mails = await house.mailServer.mailsAfter(house.server.databasePath, async () => {
      await press(page, 'Change the address')
      await page.getByText('A link is on its way to maxine@example.com').waitFor()
    })
    const mail = mails.find(({ to }) => to.includes('maxine@example.com')) ?? expect.unreachable('no mail')
    await page.goto(linkOf(mail))
    await press(page, 'Confirm the address')
    await page.getByText('Your address is confirmed.').waitFor()
    await page.getByRole('link', { name: 'Go to your account' }).click()
    await page.locator('.section').getByText('maxine@example.com').waitFor()
  })

  it('goes with the account, for good', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account')
    await press(page, 'Delete my account')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await press(page, 'Delete my account')
    await press(page, 'Delete it for good')
    await seeHeading(page, 'Sign in')
    expect((await openElsewhere(house)).refused).toBe('INVALID_CREDENTIALS')
  })

  it('stays where it may not go: the last administrator is told why', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account', 'admin@example.com')
    await press(page, 'Delete my account')
    await press(page, 'Delete it for good')
    await page.getByRole('alert').getByText('The last ADMIN cannot be deleted').waitFor()
    expect((await openElsewhere(house, 'admin@example.com')).refused).toBeUndefined()
  })
})

describe('one’s password', () => {
  it('is changed, and other browsers are signed out', async () => {
    const house = await openConsole()
    const elsewhere = await openElsewhere(house)
    const page = await openSignedIn(house, '/account/security')
    await fill(page, { 'Password until now': 'not the password at all', 'New password': newPassword })
    await press(page, 'Change the password')
    await page.getByRole('alert').waitFor()
    expect(await isSignedIn(elsewhere)).toBe(true)
    await fill(page, { 'Password until now': demoPassword, 'New password': newPassword })
    await press(page, 'Change the password')
    await told(page, 'Your password is changed')
    expect(await isSignedIn(elsewhere)).toBe(false)
    expect((await openElsewhere(house)).refused).toBe('INVALID_CREDENTIALS')
    expect((await openElsewhere(house, undefined, newPassword)).refused).toBeUndefined()
  })
})

describe('what takes a recent sign-in', () => {
  async function openStale() {
    const clock = createSetClock()
    const house = await openConsole({ clock })
    const page = await openSignedIn(house, '/account/security')
    clock.advance(601)
    return { house, page, dump: () => dumpDatabase(house.server.databasePath).totp_authenticators }
  }

  it('goes on by itself once the password is given', async () => {
    const { page } = await openStale()
    await press(page, 'Set up an app')
    await page.getByRole('dialog', { name: 'Is it still you?' }).waitFor()
    await fill(page, { Password: 'not the password at all' })
    await press(page, 'Go on')
    await page.getByRole('alert').getByText('The password or the code is wrong').waitFor()
    await fill(page, { Password: demoPassword })
    await press(page, 'Go on')
    await page.getByRole('dialog', { name: 'Set up an authenticator app' }).waitFor()
  })

  it('is not done when somebody would rather not', async () => {
    const { page, dump } = await openStale()
    const before = dump()
    await press(page, 'Set up an app')
    await page.getByRole('dialog', { name: 'Is it still you?' }).waitFor()
    await press(page, 'Cancel')
    await page.getByRole('alert').getByText('Nothing was done').waitFor()
    expect(dump()).toEqual(before)
  })

  it('takes a code by mail in the place of the password', async () => {
    const { house, page } = await openStale()
    await press(page, 'Set up an app')
    const mail = await house.mailAfter(async () => {
      await press(page, 'Mail me a code')
      await page.getByText('A code is on its way').waitFor()
    })
    await fill(page, { 'Code from the mail': /^(\d{8})\r?$/m.exec(mail.source)?.[1] ?? '' })
    await press(page, 'Go on')
    await page.getByRole('dialog', { name: 'Set up an authenticator app' }).waitFor()
  })
})

describe('an authenticator app', () => {
  it('is set up by its QR code, renews its recovery codes, and is removed', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account/security')
    await press(page, 'Set up an app')
    const image = page.getByRole('img', { name: /QR code/ })
    await image.waitFor()
    expect(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
    const secret = Secret.fromBase32(await page.locator('.dialog pre').innerText())
    await fill(page, { 'Code that the app shows': '000000' })
    await press(page, 'Turn it on')
    await page.getByText('The code must be the one that the app shows now').waitFor()
    await fill(page, { 'Code that the app shows': TOTP.generate({ secret }) })
    await press(page, 'Turn it on')
    const codes = page.locator('.dialog pre')
    await page.getByRole('dialog', { name: 'Your recovery codes' }).waitFor()
    const first = (await codes.innerText()).split('\n')
    expect(first).toHaveLength(10)
    await press(page, 'I have kept them')
    expect((await openElsewhere(house)).refused).toBeUndefined()

    await press(page, 'New recovery codes')
    await press(page, 'Make new codes')
    await page.getByRole('dialog', { name: 'Your recovery codes' }).waitFor()
    const second = (await codes.innerText()).split('\n')
    expect(second.filter((code) => first.includes(code))).toEqual([])
    await press(page, 'I have kept them')

    await press(page, 'Remove the app')
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the app' }).click()
    await page.getByRole('button', { name: 'Set up an app' }).waitFor()
    expect(await isSignedIn(await openElsewhere(house))).toBe(true)
  })
})

describe('passkeys', () => {
  it('are added once a device, and removed', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account/security')
    await addAuthenticator(page)
    await press(page, 'Add a passkey')
    await fill(page, { Name: 'Chromium' })
    await press(page, 'Go on')
    await page.getByRole('rowheader', { name: 'Chromium' }).waitFor()
    await press(page, 'Add a passkey')
    await fill(page, { Name: 'The same again' })
    await press(page, 'Go on')
    await page.getByRole('alert').getByText('This device has a passkey for this account already').waitFor()
    await press(page, 'Cancel')
    await press(page, 'Remove Chromium')
    await press(page, 'Remove the passkey')
    await page.getByText('You have no passkey yet.').waitFor()
  })
})

describe('a login provider', () => {
  it('is linked on purpose, and unlinked', async () => {
    const provider = await startProvider('one', publicUrl)
    onTestFinished(() => provider.close())
    const house = await openConsole({ env: { OAUTH_PROVIDERS: JSON.stringify([provider.settings]) } })
    provider.account = { sub: 'max', name: 'Max' }
    const page = await openSignedIn(house, '/account/security')
    await press(page, 'Link Provider one')
    await page.getByText('The provider is linked').waitFor()
    expect(new URL(page.url()).pathname).toBe('/console/account/security')
    await page.getByText('Linked', { exact: true }).waitFor()
    await press(page, 'Unlink Provider one')
    await press(page, 'Unlink the provider')
    await page.getByText('Not linked').waitFor()
  })
})

describe('devices and API tokens', () => {
  it('are listed, and end one by one and all at once', async () => {
    const house = await openConsole()
    const [one, two] = [await openElsewhere(house), await openElsewhere(house)]
    const page = await openSignedIn(house, '/account/devices')
    const devices = page.getByRole('table', { name: 'Devices' }).locator('tbody tr')
    await expect.poll(() => devices.count()).toBe(3)
    await devices.filter({ hasNotText: 'This one' }).first().getByRole('button').click()
    await press(page, 'Sign it out')
    await told(page, 'The device is signed out')
    await expect.poll(() => devices.count()).toBe(2)
    expect([await isSignedIn(one), await isSignedIn(two)].sort()).toEqual([false, true])
    await page.locator('.section').getByRole('button', { name: 'Sign out everywhere else' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click()
    await expect.poll(() => devices.count()).toBe(1)
    expect([await isSignedIn(one), await isSignedIn(two)]).toEqual([false, false])
    await devices.getByRole('button').click()
    await press(page, 'Sign it out')
    await seeHeading(page, 'Sign in')
  })

  it('offer as scopes what is one’s own, show the token once, and revoke it', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account/devices')
    await press(page, 'New token')
    const scopes = page.getByRole('dialog').getByRole('checkbox')
    expect(await scopes.count()).toBe(1 + 4)
    expect(await page.getByText('USER_READ').count()).toBe(0)
    await fill(page, { Name: 'Nightly export' })
    await page.getByText('DOCUMENT_READ', { exact: true }).click()
    await press(page, 'Make the token')
    await page.getByRole('dialog', { name: 'The new token' }).waitFor()
    const token = await page.locator('.dialog pre').innerText()
    const program = async () => {
      const headers = { authorization: `Bearer ${token}` }
      const query = '{ session { kind permissions } documents { totalCount } }'
      return (await createClient(house.server.url, publicUrl).execute(query, {}, headers)).body
    }
    expect(await program()).toMatchObject({ data: { session: { permissions: ['DOCUMENT_READ'] } } })
    await press(page, 'Done')
    expect(await page.getByText(token).count()).toBe(0)
    await press(page, 'Revoke: Nightly export')
    await press(page, 'Revoke the token')
    await page.getByText('You have no API token.').waitFor()
    expect((await program()).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})

describe('the keyboard', () => {
  it('is all that it takes to sign in, go to another page and open a dialog', async () => {
    const house = await openConsole()
    const page = await house.openPage('/sign-in')
    const tabTo = async (name: string | RegExp) => {
      for (let count = 0; count < 40; count++) {
        await page.keyboard.press('Tab')
        const text = await page.evaluate(() => {
          const active = document.activeElement as HTMLInputElement
          return active.labels?.[0]?.textContent || active.textContent || ''
        })
        if (new RegExp(name).test(text)) return
      }
      expect.unreachable(`nothing called ${name} is reached by Tab`)
    }
    await tabTo('^Skip to the content')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content')
    await tabTo('^E-mail')
    await page.keyboard.type('member@example.com')
    await tabTo('^Password')
    await page.keyboard.type(demoPassword)
    await page.keyboard.press('Enter')
    await page.getByText('Max Member').waitFor()
    await page.goto(`${consoleUrl}/account`)
    await seeHeading(page, 'Your account')
    await tabTo('^Devices and tokens')
    await page.keyboard.press('Enter')
    await seeHeading(page, 'Devices and tokens')
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1')
    await tabTo('^New token')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('New token')
  })
})
