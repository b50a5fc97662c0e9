import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CreateDocumentDocument, UpdateProfileDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { startProvider } from '../support/openid-provider.ts'
import { look } from './appearance.ts'
import { publicUrl } from './browser.ts'
import {
  addAuthenticator,
  consoleUrl,
  fill,
  openConsole,
  openSignedIn,
  press,
  seeHeading,
  signIn,
  type TestConsole,
} from './console.ts'

/** Bytes of compressed JavaScript before anybody does anything. */
const sizeBar = 250_000

interface View {
  name: string
  path: string
  heading: string
  /** Who is signed in; nobody when left out. */
  as?: string
  /** What is done before one looks. */
  prepare?(page: Page): Promise<void>
}

const views: readonly View[] = [
  { name: 'sign-in', path: '/sign-in', heading: 'Sign in' },
  {
    name: 'sign-in-refused',
    path: '/sign-in',
    heading: 'Sign in',
    async prepare(page) {
      await signIn(page, 'member@example.com', 'not the password at all')
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'second-factor', path: '/sign-in#oauth=second-factor&challenge=x', heading: 'One more step' },
  { name: 'register', path: '/register', heading: 'Register' },
  {
    name: 'register-refused',
    path: '/register',
    heading: 'Register',
    async prepare(page) {
      await fill(page, { Name: 'Vera', 'E-mail': 'vera@example.com', Password: 'short' })
      await press(page, 'Register')
      await page.getByText('The password must have').waitFor()
    },
  },
  { name: 'forgotten-password', path: '/forgotten-password', heading: 'Forgotten password' },
  { name: 'reset-password', path: '/reset-password#x', heading: 'Set a new password' },
  { name: 'verify-email', path: '/verify-email#x', heading: 'Confirm your address' },
  { name: 'nothing', path: '/nowhere', heading: 'There is nothing here' },
  { name: 'profile', path: '/account', heading: 'Your account', as: 'member@example.com' },
  {
    name: 'security',
    path: '/account/security',
    heading: 'Security',
    as: 'member@example.com',
    prepare: (page) => page.getByText('Not linked').waitFor(),
  },
  {
    name: 'passkeys',
    path: '/account/security',
    heading: 'Security',
    as: 'editor@example.com',
    async prepare(page) {
      await addAuthenticator(page)
      await press(page, 'Add a passkey')
      await fill(page, { Name: 'Work laptop' })
      await press(page, 'Go on')
      await page.getByRole('rowheader').first().waitFor()
    },
  },
  {
    name: 'authenticator-app',
    path: '/account/security',
    heading: 'Security',
    as: 'member@example.com',
    async prepare(page) {
      await press(page, 'Set up an app')
      await page.getByRole('img', { name: /QR code/ }).waitFor()
    },
  },
  { name: 'devices', path: '/account/devices', heading: 'Devices and tokens', as: 'admin@example.com' },
  {
    name: 'new-token',
    path: '/account/devices',
    heading: 'Devices and tokens',
    as: 'member@example.com',
    async prepare(page) {
      await press(page, 'New token')
      await page.getByRole('dialog').waitFor()
    },
  },
]

async function openHouse(): Promise<TestConsole> {
  const provider = await startProvider('one', publicUrl, { name: 'Example' })
  onTestFinished(() => provider.close())
  return openConsole({ env: { OAUTH_PROVIDERS: JSON.stringify([provider.settings]) } })
}

describe('each page', () => {
  it.each(views)('keeps nobody out, fits the screen, and complains of nothing: $name', async (view) => {
    const house = await openHouse()
    const page = view.as ? await openSignedIn(house, view.path, view.as) : await house.openPage(view.path)
    await seeHeading(page, view.heading)
    await page.waitForLoadState('networkidle')
    await view.prepare?.(page)
    await look(page, view.name)
  })
})

describe('what people write', () => {
  it('fits the screen, however long its words are', async () => {
    const house = await openConsole()
    const client = createClient(house.server.url, publicUrl)
    await client.login('member@example.com')
    const word = 'Donaudampfschifffahrtsgesellschaftskapitän'
    dataOf(await client.execute(UpdateProfileDocument, { name: word.repeat(2) }))
    const { createDocument } = dataOf(
      await client.execute(CreateDocumentDocument, { title: word.repeat(4), body: word.repeat(9) }),
    )
    const page = await openSignedIn(house, '/documents')
    await page.getByRole('rowheader').first().waitFor()
    await look(page, 'long-words-list')
    await page.goto(`${consoleUrl}/documents/${createDocument?.id}`)
    await page.getByText('Live', { exact: true }).waitFor()
    await look(page, 'long-words')
    await press(page, 'Delete')
    await look(page, 'long-words-dialog')
  })
})

describe('the first page', () => {
  it('takes little JavaScript, all of it compressed', async () => {
    const house = await openHouse()
    const page = await house.openPage('/sign-in')
    await page.waitForLoadState('networkidle')
    const scripts = await page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter(({ name }) => name.endsWith('.js'))
        .map(({ name, encodedBodySize, decodedBodySize }) => ({ name, encodedBodySize, decodedBodySize })),
    )
    expect(scripts.length).toBeGreaterThan(1)
    const size = scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
    console.log(`JavaScript before the first interaction: ${size} bytes compressed, in ${scripts.length} files`)
    expect(size).toBeLessThan(sizeBar)
    for (const { name, encodedBodySize, decodedBodySize } of scripts)
      if (decodedBodySize > 1024) expect(encodedBodySize, name).toBeLessThan(decodedBodySize)
  })

  it('is painted, and how soon is told', async () => {
    const house = await openHouse()
    const paints: number[] = []
    for (let load = 0; load < 10; load++) {
      const page = await house.openPage('/sign-in')
      const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
      paints.push(paint ?? Number.POSITIVE_INFINITY)
      await page.context().close()
    }
    const [, , , , lower = 0, upper = 0] = paints.toSorted((a, b) => a - b)
    const median = (lower + upper) / 2
    console.log(`First contentful paint: ${Math.round(median)} ms in the median of ten loads with an empty cache`)
    // No bar: how long it takes depends on who else is busy on the machine.
    expect(median).toBeLessThan(Number.POSITIVE_INFINITY)
  })
})
