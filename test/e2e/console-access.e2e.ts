import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { linesOf, look, phone } from './appearance.ts'
import { consoleUrl, openConsole, openSignedIn, press, seeHeading, signIn } from './console.ts'

const lock = readFileSync(new URL('../../access.lock', import.meta.url), 'utf8')
const title = 'Who may do what'

const cell = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
/** Coordinates that the matrix shows. */
const shown = (page: Page) =>
  page
    .getByRole('region', { name: 'Access matrix' })
    .locator('tbody:not([hidden]) tr:not([hidden]) td:nth-child(2) button')
    .evaluateAll((buttons) => buttons.map((button) => String(button.getAttribute('aria-label')).split(',')[0]))

async function openExplorer(): Promise<Page> {
  const page = await openSignedIn(await openConsole(), '/access', 'admin@example.com')
  await page.getByText(/^(\d+) of \1 shown$/).waitFor()
  return page
}

/** Chooses a file for the comparison. */
async function compare(page: Page, name: string, text: string): Promise<void> {
  const chosen = page.waitForEvent('filechooser')
  await press(page, 'Compare with another version…')
  await (await chosen).setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
}

async function explain(page: Page, operation: string, variables = ''): Promise<void> {
  await page.getByLabel('Operation', { exact: true }).fill(operation)
  await page.getByLabel('Variables').fill(variables)
  await press(page, 'Who may run it?')
}

describe('the access explorer', () => {
  it('tells who may read User.email after one click and a search', async () => {
    const house = await openConsole()
    const page = await house.openPage()
    await signIn(page, 'admin@example.com')
    await page.getByRole('link', { name: 'Access' }).click()
    await seeHeading(page, title)
    await page.getByLabel('Search').fill('User.email')
    expect(await shown(page)).toContain('User.email')
    const decisions = []
    for (const viewer of ['anonymous', 'MEMBER', 'EDITOR', 'ADMIN', 'owner'])
      decisions.push(await page.locator(`button[data-viewer="${viewer}"][aria-label^="User.email,"]`).innerText())
    expect(decisions).toEqual(['✗ deny', '? conditional', '? conditional', '✓ allow', '✓ allow'])
  })

  it('shows what differs between two roles', async () => {
    const page = await openExplorer()
    await page.getByLabel('One role').selectOption('MEMBER')
    await page.getByLabel('Other role').selectOption('EDITOR')
    const differing = await shown(page)
    expect(differing).toEqual(expect.arrayContaining(['Mutation.publishDocument', 'Document.title']))
    expect(differing).not.toContain('User.email')
    const lines = lock.split('\n').filter((line) => /^\w+\./.test(line) && !line.startsWith('Role.'))
    const different = lines.filter((line) => /MEMBER=(\w+)/.exec(line)?.[1] !== /EDITOR=(\w+)/.exec(line)?.[1])
    expect(differing.toSorted()).toEqual(different.map((line) => line.split(' ', 1)[0]).toSorted())
  })

  it('tells why a cell is what it is, by which rule, and where that stands', async () => {
    const page = await openExplorer()
    await cell(page, 'User.suspended, EDITOR: deny').click()
    const dialog = page.getByRole('dialog', { name: 'User.suspended for EDITOR' })
    const text = await dialog.innerText()
    expect(text).toContain('EDITOR never meets the rule marked ✗, whatever the data.')
    expect(text).toMatch(
      /✗ deny @hasPermission\(permission: \[USER_READ\]\)\s+on User\.suspended, schema\/identity\.graphql:\d+/,
    )
    await page.keyboard.press('Escape')
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('User.suspended, EDITOR: deny')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('User.suspended, ADMIN: allow')
    await cell(page, 'Document.title, MEMBER: conditional').click()
    expect(await page.getByRole('dialog').innerText()).toMatch(/on Document, schema\/documents\.graphql:\d+/)
  })

  it('marks each part of an operation for everyone, and runs nothing', async () => {
    const page = await openExplorer()
    await explain(page, 'query ($id: ID!) { document(id: $id) { title owner { email suspended } } }', '{ "id": "1" }')
    await page.getByText('All of it may be run by ADMIN').waitFor()
    const table = page.getByRole('region', { name: 'The operation' })
    expect(await table.locator('th[scope=row]').allInnerTexts()).toEqual([
      'document',
      'Document',
      'title',
      'owner',
      'email',
      'suspended',
    ])
    const suspended = table.getByRole('button', { name: /^User\.suspended,/ })
    expect(await suspended.allInnerTexts()).toEqual(['✗ deny', '✗ deny', '✗ deny', '✓ allow'])
    await suspended.first().click()
    expect(await page.getByRole('dialog').innerText()).toContain('anonymous never meets the rule marked ✗')
    await page.keyboard.press('Escape')
    await explain(page, 'mutation { updateProfile(name: "Changed") { name } }')
    await page.getByText('All of it may be run by everybody who is signed in').waitFor()
    expect(await page.getByText('Changed', { exact: true }).count()).toBe(0)
    expect(await page.locator('.viewer .who').innerText()).toBe('Ada Admin')
  })

  it('says at the field what is wrong with an operation', async () => {
    const page = await openExplorer()
    await explain(page, '{ me { nothing } }')
    await page.getByText('Cannot query field "nothing" on type "User"').waitFor()
    expect(await page.getByLabel('Operation', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    await explain(page, '{ me { id } }', 'nothing')
    await page.getByText('The variables should be a JSON object').waitFor()
  })

  it('compares with a lock, and with what --json printed, in colour', async () => {
    const page = await openExplorer()
    await page.getByLabel('Search').fill('User.suspended')
    const from = 'User.suspended anonymous=deny MEMBER=deny EDITOR=deny ADMIN=allow'
    expect(lock).toContain(from)
    await compare(page, 'old.lock', lock.replace(from, from.replace('ADMIN=allow', 'ADMIN=deny')))
    const item = page.locator('.matrix-changes li')
    expect(await item.innerText()).toBe('▲ weakened User.suspended ADMIN deny → allow')
    expect(await item.locator('.deny').count()).toBe(1)
    expect(await cell(page, 'User.suspended, ADMIN: allow, was deny').innerText()).toBe('✓ allow was ✗')
    expect(await page.getByLabel('Search').inputValue()).toBe('User.suspended')

    await compare(page, 'old.lock', lock.replace(from, from.replace('MEMBER=deny', 'MEMBER=allow')))
    await page.getByText('▼ strengthened').first().waitFor()
    expect(await item.locator('.allow').count()).toBe(1)

    const row = { coordinate: 'User.gone', kind: 'field', cells: { anonymous: 'allow' }, owner: null, rules: [] }
    await compare(page, 'old.json', JSON.stringify([row]))
    await page.getByText('− gone').waitFor()

    await compare(page, 'same.lock', lock)
    await page.getByText('Nothing has changed since same.lock.').waitFor()
    await compare(page, 'other.txt', '<<<<<<< ours\n')
    await page.getByRole('alert').getByText('other.txt cannot be read: line 1').waitFor()
    await press(page, 'Compare no more')
    expect(await page.getByText('Nothing has changed since').count()).toBe(0)
  })

  it('is not offered to those who may not ask, nor answered', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account', 'editor@example.com')
    await seeHeading(page, 'Your account')
    expect(await page.getByRole('link', { name: 'Access' }).count()).toBe(0)
    await page.goto(`${consoleUrl}/access`)
    await seeHeading(page, 'There is nothing here')
    const codes = await page.evaluate(async () => {
      const query = '{ accessMatrix { lockEntries { rules } } explainAccess(query: "{ me { id } }") { complete } }'
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query }) })
      const { data, errors } = await answer.json()
      return [data, errors.map((error: { extensions: { code: string } }) => error.extensions.code)]
    })
    expect(codes).toEqual([{ accessMatrix: null, explainAccess: null }, ['FORBIDDEN', 'FORBIDDEN']])
  })

  it('fits a phone: every viewer is in sight, and names are broken between their words', async () => {
    const page = await openExplorer()
    await page.setViewportSize(phone)
    const region = page.getByRole('region', { name: 'Access matrix' })
    expect(await region.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
    for (const type of ['Mutation', 'Query']) {
      await page.locator('select[name=type]').selectOption(type)
      const names = await region.locator('tbody:not([hidden]) tr:not([hidden]) th').all()
      expect(names.length).toBeGreaterThan(10)
      for (const lines of await Promise.all(names.map(linesOf)))
        for (const line of lines.slice(1)) expect(line, lines.join('')).toMatch(/^[A-Z(]/)
    }
    await explain(page, '{ documents { edges { node { title owner { email suspended } } } } }')
    const parts = page.getByRole('region', { name: 'The operation' })
    await parts.waitFor()
    expect(await parts.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
    for (const lines of await Promise.all((await parts.locator('tbody th').all()).map(linesOf)))
      expect(lines).toHaveLength(1)
  })

  it('keeps nobody out, in light, in dark and on a phone', { timeout: 180_000 }, async () => {
    const page = await openExplorer()
    // A few lines of each kind: axe takes minutes over thousands of cells that are alike.
    await page.locator('select[name=type]').selectOption('Document')
    await look(page, 'access')
    await cell(page, 'Document.title, MEMBER: conditional').click()
    await look(page, 'access-cell')
    await page.keyboard.press('Escape')
    await press(page, 'Show all')
    await press(page, 'Collapse all')
    await compare(page, 'old.lock', lock.replaceAll('User.suspended anonymous=deny', 'User.suspended anonymous=allow'))
    await page.locator('.matrix-changes').waitFor()
    await explain(page, '{ documents { edges { node { title owner { email suspended } } } } }')
    await page.getByRole('region', { name: 'The operation' }).waitFor()
    await look(page, 'access-operation')
  })
})
