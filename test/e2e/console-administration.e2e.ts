import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { CreateDocumentDocument, LoginDocument, MeDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { linesOf, look, phone } from './appearance.ts'
import { publicUrl } from './browser.ts'
import { consoleUrl, fill, openConsole, openSignedIn, press, seeHeading, signIn, type TestConsole } from './console.ts'

const admin = 'admin@example.com'

const rowNames = (page: Page) => page.getByRole('main').getByRole('rowheader').allInnerTexts()

async function idOf({ server }: TestConsole, email: string): Promise<string> {
  const client = createClient(server.url, publicUrl)
  await client.login(email)
  return dataOf(await client.execute(MeDocument)).me?.id ?? expect.unreachable('nobody is there')
}

async function openPerson(house: TestConsole, email: string): Promise<Page> {
  return openSignedIn(house, `/administration/people/${await idOf(house, email)}`, admin)
}

describe('people in the console', { timeout: 180_000 }, () => {
  it('are listed, searched and opened', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/administration/people', admin)
    await page.getByText('3 people').waitFor()
    expect(await rowNames(page)).toEqual(['Ada Admin', 'Edith Editor', 'Max Member'])
    await look(page, 'people')
    await fill(page, { 'Name or address': 'EDITOR@' })
    await press(page, 'Search')
    await page.getByText('1 person').waitFor()
    expect(await rowNames(page)).toEqual(['Edith Editor'])
    await page.getByRole('link', { name: 'Edith Editor' }).click()
    await seeHeading(page, 'Edith Editor')
    await page.goBack()
    await page.getByText('1 person').waitFor()
  })

  it('come in pages, and a search goes across all of them', async () => {
    const house = await openConsole()
    const { users, clock, createId } = house.server.application.identity
    for (let n = 1; n <= 41; n++)
      await users.create({
        id: createId(),
        name: n % 2 ? `Odd One ${n}` : `Even One ${n}`,
        email: `one-${n}@example.com`,
        emailVerified: true,
        suspended: false,
        createdAt: clock.now(),
        roles: ['MEMBER'],
      })
    const page = await openSignedIn(house, '/administration/people', admin)
    const seen: string[] = []
    for (const [number, count] of [
      [1, 20],
      [2, 20],
      [3, 4],
    ]) {
      await page.getByText(`44 people · Page ${number}`).waitFor()
      await expect.poll(() => rowNames(page)).toHaveLength(count ?? 0)
      seen.push(...(await rowNames(page)))
      if (number !== 3) await press(page, 'Next')
    }
    expect(new Set(seen).size).toBe(44)
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true)
    await press(page, 'Previous')
    await page.getByText('44 people · Page 2').waitFor()
    expect(await rowNames(page)).toEqual(seen.slice(20, 40))

    await fill(page, { 'Name or address': 'odd one' })
    await press(page, 'Search')
    await page.getByText('21 people · Page 1').waitFor()
    await expect.poll(() => rowNames(page)).toHaveLength(20)
    const odd = await rowNames(page)
    await press(page, 'Next')
    await page.getByText('21 people · Page 2').waitFor()
    await expect.poll(() => rowNames(page)).toHaveLength(1)
    expect([...odd, ...(await rowNames(page))].toSorted()).toEqual(
      seen.filter((name) => name.startsWith('Odd')).toSorted(),
    )
    await fill(page, { 'Name or address': 'odd one 7' })
    await press(page, 'Search')
    await page.getByText('1 person', { exact: true }).waitFor()
    expect(await rowNames(page)).toEqual(['Odd One 7'])
    await fill(page, { 'Name or address': 'nobody at all' })
    await press(page, 'Search')
    await page.getByText('Nobody has “nobody at all” in their name or address.').waitFor()
  })

  it('get roles and lose them, and are offered what these allow from then on', async () => {
    const house = await openConsole()
    const member = await openSignedIn(house, '/account')
    const page = await openPerson(house, 'member@example.com')
    await page.getByRole('combobox', { name: 'Another role' }).selectOption('ADMIN')
    await press(page, 'Assign')
    await page.getByRole('rowheader', { name: 'Admin' }).waitFor()
    await look(page, 'person')
    await member.reload()
    await member.getByRole('link', { name: 'Audit log' }).waitFor()

    await press(page, 'Withdraw the role Admin')
    await press(page, 'Withdraw the role')
    await page.getByRole('rowheader', { name: 'Admin' }).waitFor({ state: 'detached' })
    await member.reload()
    await seeHeading(member, 'Your account')
    expect(await member.getByRole('link', { name: 'Audit log' }).count()).toBe(0)
  })

  it('keep the last administrator, and say why', async () => {
    const house = await openConsole()
    const page = await openPerson(house, admin)
    await press(page, 'Withdraw the role Admin')
    await press(page, 'Withdraw the role')
    await page.getByRole('dialog').getByRole('alert').waitFor()
    expect(await page.getByRole('dialog').getByRole('alert').innerText()).toMatch(/ADMIN/)
    await press(page, 'Cancel')
    await page.getByRole('rowheader', { name: 'Admin' }).waitFor()
  })

  it('who are suspended land on the sign-in with what they do next, and are let in again when reinstated', async () => {
    const house = await openConsole()
    const member = await openSignedIn(house, '/account')
    await seeHeading(member, 'Your account')
    const page = await openPerson(house, 'member@example.com')
    await press(page, 'Suspend')
    await look(page, 'person-suspend')
    await press(page, 'Suspend the account')
    await page.getByText('This account is suspended').waitFor()
    await page.getByText('They are signed in nowhere.').waitFor()

    await fill(member, { Name: 'Still me' })
    await press(member, 'Change the name')
    await seeHeading(member, 'Sign in')
    await signIn(member)
    await member.getByRole('alert').waitFor()

    await press(page, 'Reinstate')
    await page.getByRole('button', { name: 'Suspend', exact: true }).waitFor()
    await signIn(member)
    await seeHeading(member, 'Your account')
    await member.getByText('Max Member').waitFor()
  })

  it('have their sessions ended one by one', async () => {
    const house = await openConsole()
    const member = await openSignedIn(house, '/documents')
    const page = await openPerson(house, 'member@example.com')
    const device = page.getByRole('button', { name: /^End: .*Chrome/ })
    await device.click()
    await press(page, 'End it')
    await device.waitFor({ state: 'detached' })
    await seeHeading(member, 'Documents')
    await member.getByRole('link', { name: 'Mine', exact: true }).click()
    await seeHeading(member, 'Sign in')
  })
})

describe('the audit log in the console', { timeout: 180_000 }, () => {
  it('is filtered by what happened, by whom and to what, and keeps the filter in its address', async () => {
    const house = await openConsole()
    const client = createClient(house.server.url, publicUrl)
    await client.login('member@example.com')
    const made = dataOf(await client.execute(CreateDocumentDocument, { title: 'Plan', body: '' }))
    const page = await openSignedIn(house, '/administration/audit', admin)
    await page.getByRole('rowheader', { name: 'Login succeeded' }).first().waitFor()
    await look(page, 'audit')
    await page.getByText('What happened: anything').click()
    await page.getByLabel('Document created').check()
    await page.getByLabel('Document published').check()
    await look(page, 'audit-filter')
    await press(page, 'Show')
    await page.getByText('What happened: Document created, Document published').waitFor()
    await expect
      .poll(async () => new Set(await rowNames(page)))
      .toEqual(new Set(['Document created', 'Document published']))
    await page
      .getByRole('row', { name: /Document created/ })
      .first()
      .getByRole('link', { name: 'Max Member' })
      .click()
    await expect.poll(async () => new Set(await rowNames(page))).toContain('Login succeeded')
    const names = await page.getByRole('main').getByRole('row').getByRole('link', { name: 'Ada Admin' }).count()
    expect(names).toBe(0)

    await page.goto(`${consoleUrl}/documents/${made.createDocument?.id}`)
    await page.getByRole('link', { name: 'What happened to it' }).click()
    await expect.poll(() => rowNames(page)).toEqual(['Document created'])
    await fill(page, { From: '2001-01-01T00:00', Until: '2001-01-02T00:00' })
    await press(page, 'Show')
    await page.getByText('Nothing like this happened').waitFor()
    await press(page, 'Show everything')
    await page.getByRole('rowheader', { name: 'Login succeeded' }).first().waitFor()
  })

  it('keeps an address on one line where it fits, and breaks it after a colon where it does not', async () => {
    const house = await openConsole({ env: { TRUST_PROXY: '1' } })
    const addresses = ['203.0.113.117', '2001:db8:85a3:8d3:1319:8a2e:370:7348']
    const body = { email: 'member@example.com', password: 'wrong, and long enough' }
    for (const address of addresses)
      await createClient(house.server.url, publicUrl).execute(LoginDocument, body, { 'x-forwarded-for': address })
    const page = await openSignedIn(house, '/administration/audit?action=LOGIN_FAILED', admin)
    await expect.poll(() => rowNames(page)).toHaveLength(2)
    for (const size of [phone, { width: 720, height: 900 }, { width: 1280, height: 900 }]) {
      await page.setViewportSize(size)
      const [long, short] = await Promise.all((await page.locator('.ip-address').all()).map(linesOf))
      expect(short).toEqual([addresses[0]])
      expect(long?.join('')).toBe(addresses[1])
      for (const line of long?.slice(0, -1) ?? []) expect(line).toMatch(/:$/)
    }
    await look(page, 'audit-addresses')
  })

  it('comes in pages, the newest first', async () => {
    const house = await openConsole()
    const client = createClient(house.server.url, publicUrl)
    await client.login('member@example.com')
    for (let n = 0; n < 25; n++) await client.execute(CreateDocumentDocument, { title: `${n}`, body: '' })
    const page = await openSignedIn(house, '/administration/audit?action=DOCUMENT_CREATED', admin)
    await page.getByText(/32 events · Page 1/).waitFor()
    await press(page, 'Next')
    await page.getByText(/Page 2/).waitFor()
    await expect.poll(() => rowNames(page)).toHaveLength(12)
  })
})
