import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { renderPage } from '../../src/cli/access/render-page.ts'
import { type AccessRow, accessRows, compareMatrices, isBare, lockEntries } from '../../src/directives/index.ts'
import { buildTestSchema } from '../directives/harness.ts'
import { look } from './appearance.ts'

const sdl = (rule: string) => `
  interface Named { name: String }
  type Doc implements Named ${rule} { name: String text: String @auth(maxAge: 60) }
  type Person implements Named { name: String }
  type Query { doc: Doc @auth mine(id: ID): String @allow(any: [{ owner: "args.id" }]) named: Named @public open: String @public }
`
const rowsOf = (rule: string) => accessRows(buildTestSchema(sdl(rule)))

/** The page as a file, opened without any server; whatever it complains of fails the test in its end. */
async function openPage(rows: readonly AccessRow[], before?: readonly AccessRow[]): Promise<Page> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-page-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'access.html')
  const comparison = before && { with: 'old.lock', changes: compareMatrices(lockEntries(before), lockEntries(rows)) }
  const told = rows.filter((row) => !isBare(row))
  writeFileSync(path, renderPage(told, comparison ?? null))
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  const complaints: string[] = []
  onTestFinished(async () => {
    await browser.close()
    expect(complaints).toEqual([])
  })
  const context = await browser.newContext()
  context.setDefaultTimeout(15_000)
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('console', (message) => complaints.push(message.text()))
  context.on('request', (request) => {
    if (request.url() !== pathToFileURL(path).href) complaints.push(request.url())
  })
  const page = await context.newPage()
  await page.goto(pathToFileURL(path).href)
  return page
}

const cell = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
/** What is shown, line by line. */
const shown = (page: Page) => page.locator('tbody:not([hidden]) tr:not([hidden]) th[scope=row]').allInnerTexts()
const focused = (page: Page) => page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.textContent')

describe('the page of npm run access -- --html', () => {
  it('tells each decision by symbol, word and colour', async () => {
    const page = await openPage(rowsOf('@hasRole(role: EDITOR)'))
    const colours = new Set<string>()
    for (const [name, text] of [
      ['Doc.name, MEMBER: deny', '✗ deny'],
      ['Doc.name, EDITOR: allow', '✓ allow'],
      ['Doc.text, EDITOR: conditional', '? conditional'],
      ['Query.mine, owner: allow', '✓ allow'],
      ['Query.open, owner: none', '–'],
    ] as const) {
      expect(await cell(page, name).innerText()).toBe(text)
      colours.add(await cell(page, name).evaluate('(button) => getComputedStyle(button).backgroundColor'))
    }
    expect(await page.getByRole('status').innerText()).toBe('8 of 8 shown')
  })

  it('is filtered by search, by type, and by what differs between two roles', async () => {
    const page = await openPage(rowsOf('@hasRole(role: EDITOR)'))
    await page.getByLabel('Search').fill('doc.T')
    expect(await shown(page)).toEqual(['text'])
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => shown(page)).toHaveLength(8)
    await page.locator('select[name=type]').selectOption('Person')
    expect(await shown(page)).toEqual(['name'])
    await page.locator('select[name=type]').selectOption('')
    await page.getByLabel('One role').selectOption('MEMBER')
    await page.getByLabel('Other role').selectOption('EDITOR')
    expect(await shown(page)).toEqual(['name', 'text', 'name'])
    expect(await page.getByRole('status').innerText()).toBe('3 of 8 shown')
  })

  it('is read by keyboard: one stop of Tab, arrows from cell to cell, types closed and opened', async () => {
    const page = await openPage(rowsOf('@hasRole(role: EDITOR)'))
    await page.getByRole('region', { name: 'Access matrix' }).focus()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Query')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toBe('Query.doc, MEMBER: allow')
    await page.keyboard.press('ArrowDown')
    expect(await focused(page)).toBe('Query.mine, MEMBER: conditional')
    await page.keyboard.press('End')
    expect(await focused(page)).toBe('Query.mine, owner: allow')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Query.mine for owner' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await focused(page)).toBe('Query.mine, owner: allow')
    await page.keyboard.press('Home')
    for (let step = 0; step < 2; step++) await page.keyboard.press('ArrowUp')
    expect(await focused(page)).toBe('Query')
    await page.keyboard.press('ArrowLeft')
    expect(await shown(page)).toEqual(['name', 'text', 'name', 'name'])
    await page.keyboard.press('ArrowDown')
    expect(await focused(page)).toBe('Doc')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowRight')
    expect(await shown(page)).toHaveLength(8)
    await page.getByRole('button', { name: 'Collapse all' }).click()
    expect(await shown(page)).toEqual([])
    await page.getByLabel('Search').fill('Doc.text')
    expect(await shown(page)).toEqual(['text'])
  })

  it('tells of a cell why, by which rules, and where they stand', async () => {
    const page = await openPage(rowsOf('@hasRole(role: EDITOR)'))
    await cell(page, 'Doc.text, MEMBER: deny').click()
    const dialog = page.getByRole('dialog', { name: 'Doc.text for MEMBER' })
    const text = await dialog.innerText()
    expect(text).toContain('MEMBER never meets the rule marked ✗, whatever the data.')
    expect(text).toMatch(/\? conditional @auth\(maxAge: 60\)\s+on Doc\.text, test\.graphql:\d+/)
    expect(text).toMatch(/✗ deny @hasRole\(role: \[EDITOR\]\)\s+on Doc, test\.graphql:\d+/)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await cell(page, 'Named.name, MEMBER: conditional').click()
    expect(await page.getByRole('dialog').innerText()).toContain('The types behind it differ')
  })

  it('tells what was weakened, strengthened, opened and is gone, in its colour', async () => {
    const [strict, lax] = [rowsOf('@hasRole(role: ADMIN)'), rowsOf('@hasRole(role: EDITOR)')]
    const weaker = await openPage(lax, strict)
    const items = weaker.locator('.matrix-changes li')
    expect(await items.allInnerTexts()).toContain('▲ weakened Doc.name EDITOR deny → allow')
    expect(await items.first().locator('.deny').count()).toBe(1)
    expect(await cell(weaker, 'Doc.name, EDITOR: allow, was deny').innerText()).toBe('✓ allow was ✗')
    await weaker.getByLabel('Changes alone').check()
    expect(await shown(weaker)).toHaveLength(3)
    const stronger = await openPage(strict, lax)
    expect(await stronger.locator('li .allow').first().innerText()).toBe('▼ strengthened')
    const without = lax.filter(({ coordinate }) => coordinate !== 'Query.open')
    const opened = await openPage(lax, without)
    expect(await opened.locator('li').innerText()).toContain('▲ newly open Query.open')
    expect(await (await openPage(without, lax)).locator('li').innerText()).toContain('− gone Query.open')
    const same = await openPage(lax, lax)
    expect(await same.getByText('Nothing has changed since old.lock.').count()).toBe(1)
    expect(await same.getByLabel('Changes alone').isVisible()).toBe(false)
  })

  it('keeps nobody out, in light, in dark and on a phone', { timeout: 120_000 }, async () => {
    const page = await openPage(rowsOf('@hasRole(role: EDITOR)'), rowsOf('@hasRole(role: ADMIN)'))
    await look(page, 'access-page')
    await cell(page, 'Doc.text, MEMBER: deny').click()
    await look(page, 'access-page-cell')
  })
})
