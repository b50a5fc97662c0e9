import { describe, expect, it } from 'vitest'
import { CreateDocumentDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { look } from './appearance.ts'
import { publicUrl } from './browser.ts'
import { consoleUrl, fill, openConsole, openSignedIn, press, seeHeading, signIn, type TestConsole } from './console.ts'

const admin = 'admin@example.com'
const untold = 'This server tells nobody its schema'
const openHouse = (introspection: string) => openConsole({ env: { INTROSPECTION: introspection } })

async function openPerson(house: TestConsole, name: string) {
  const page = await openSignedIn(house, '/administration/people', admin)
  await page.getByRole('link', { name }).click()
  await seeHeading(page, name)
  return page
}

describe('the console of a server with INTROSPECTION=off', () => {
  it('lets an administrator type the role that it cannot offer, and says why', async () => {
    const page = await openPerson(await openHouse('off'), 'Max Member')
    await page.getByText(untold).waitFor()
    await look(page, 'untold-roles')
    await fill(page, { 'Another role': 'nobody in particular' })
    await press(page, 'Assign')
    await page.getByLabel('Another role').and(page.locator('[aria-invalid=true]')).waitFor()
    expect(await page.getByRole('rowheader').allInnerTexts()).not.toContain('Editor')
    await fill(page, { 'Another role': 'editor' })
    await press(page, 'Assign')
    await page.getByRole('rowheader', { name: 'Editor', exact: true }).waitFor()
    await press(page, 'Withdraw the role Editor')
    await press(page, 'Withdraw the role')
    await page.getByRole('rowheader', { name: 'Editor', exact: true }).waitFor({ state: 'detached' })
  })

  it('filters the audit log by what is typed, and by the links of its events', async () => {
    const house = await openHouse('off')
    const page = await openSignedIn(house, '/administration/audit', admin)
    const names = async () => new Set(await page.getByRole('main').getByRole('rowheader').allInnerTexts())
    await page.getByText(untold).waitFor()
    await look(page, 'untold-audit')
    await page.getByRole('link', { name: 'Login succeeded' }).first().click()
    await expect.poll(names).toEqual(new Set(['Login succeeded']))
    expect(await page.getByRole('textbox', { name: 'What happened' }).inputValue()).toBe('Login succeeded')
    await fill(page, { 'What happened': 'Document created, document published' })
    await press(page, 'Show')
    await expect.poll(names).toEqual(new Set(['Document created', 'Document published']))
    await fill(page, { 'What happened': 'something else' })
    await press(page, 'Show')
    await page.getByRole('alert').waitFor()
    await press(page, 'Show everything')
    await expect.poll(names).toContain('Login succeeded')
  })

  it('shares a document with a role that is typed', async () => {
    const house = await openHouse('off')
    const client = createClient(house.server.url, publicUrl)
    await client.login('member@example.com')
    const made = dataOf(await client.execute(CreateDocumentDocument, { title: 'Plan', body: '' }))
    const page = await openSignedIn(house, `/documents/${made.createDocument?.id}`)
    await page.getByRole('combobox', { name: 'Share with' }).selectOption('role')
    await fill(page, { Role: 'Editor' })
    await press(page, 'Share')
    await page.getByRole('rowheader', { name: 'Everyone with the role Editor' }).waitFor()
  })

  it('tells who opens a page that is not for them so, and what to do', async () => {
    const page = await openSignedIn(await openHouse('off'), '/documents')
    for (const name of ['People', 'Audit log', 'Access']) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.getByRole('alert').getByText('You may not do this. Ask an administrator').waitFor()
      expect(await page.getByRole('main').getByRole('row').count()).toBe(0)
    }
  })
})

describe('the console of a server with INTROSPECTION=signed-in', () => {
  it('lets one sign in, and offers from then on what the roles allow', async () => {
    const house = await openHouse('signed-in')
    const page = await openSignedIn(house, '/account')
    await page.getByText('Max Member').waitFor()
    expect(await page.getByRole('link', { name: 'People' }).count()).toBe(0)
    const other = await openPerson(house, 'Max Member')
    await other.getByRole('combobox', { name: 'Another role' }).selectOption('EDITOR')
    expect(await other.getByText(untold).count()).toBe(0)
  })
})

describe('the console, when what is offered cannot be read', () => {
  it('offers nothing until it can', async () => {
    const house = await openConsole()
    const page = await house.openPage('/sign-in')
    const refuse = { status: 503, contentType: 'text/plain', body: 'Not now' }
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query Offered') ? route.fulfill(refuse) : route.continue(),
    )
    await page.goto(`${consoleUrl}/sign-in`)
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor()
    expect(await page.getByRole('link').count()).toBe(0)
    await page.unroute('**/graphql')
    await press(page, 'Try again')
    await signIn(page)
    await page.locator('.viewer .who').waitFor()
    expect(await page.getByRole('link', { name: 'People' }).count()).toBe(0)
  })
})
