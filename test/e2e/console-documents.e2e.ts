import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  CreateDocumentDocument,
  DocumentDocument,
  RevokeOtherSessionsDocument,
  UpdateDocumentDocument,
} from '../support/__generated__/operations.ts'
import { type Client, createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { look } from './appearance.ts'
import { publicUrl } from './browser.ts'
import { consoleUrl, fill, openConsole, openSignedIn, press, seeHeading, signIn, type TestConsole } from './console.ts'

const member = 'member@example.com'
const editor = 'editor@example.com'

/** Somebody's program beside their browser. */
async function openClient({ server }: TestConsole, email: string): Promise<Client> {
  const client = createClient(server.url, publicUrl)
  await client.login(email)
  return client
}

async function makeDocument(client: Client, title = 'Plan', body = 'one\ntwo\nthree'): Promise<string> {
  const { createDocument } = dataOf(await client.execute(CreateDocumentDocument, { title, body }))
  return createDocument?.id ?? expect.unreachable('no document was made')
}

/** A new document of the member's, open in their browser, and their program beside it. */
async function openDocument() {
  const house = await openConsole()
  const client = await openClient(house, member)
  const id = await makeDocument(client)
  const page = await openSignedIn(house, `/documents/${id}`)
  await seeLive(page)
  return { house, client, id, page }
}

const seeLive = (page: Page) => page.getByText('Live', { exact: true }).waitFor()
const buttons = (page: Page) => page.getByRole('main').getByRole('button').allInnerTexts()
const choose = (page: Page, name: string, value: string) =>
  page.getByRole('combobox', { name, exact: true }).selectOption(value)

async function share(page: Page, email: string, level: string): Promise<void> {
  await fill(page, { 'E-mail': email })
  await choose(page, 'What they may do', level)
  await press(page, 'Share')
  await page.getByRole('rowheader', { name: email }).waitFor()
}

describe('documents in the console', { timeout: 180_000 }, () => {
  it('are where one begins, listed, searched, told apart and paged', async () => {
    const house = await openConsole()
    const client = await openClient(house, member)
    for (let n = 1; n <= 21; n++) await makeDocument(client, `Chapter ${n}`)
    const page = await openSignedIn(house, '/documents')
    await page.getByText('27 documents · Page 1').waitFor()
    await page.getByRole('row', { name: /Chapter 21/ }).waitFor()
    await look(page, 'documents')
    await press(page, 'Next')
    await page.getByText('Page 2').waitFor()
    await page.getByRole('row', { name: /Chapter 1\b/ }).waitFor()
    expect(await page.getByRole('row', { name: /Chapter 21/ }).count()).toBe(0)
    await press(page, 'Previous')
    await page.getByRole('row', { name: /Chapter 21/ }).waitFor()

    await fill(page, { 'Title or text': 'chapter 7' })
    await page.keyboard.press('Enter')
    await page.getByText('1 document', { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('search')).toBe('chapter 7')
    await fill(page, { 'Title or text': 'nowhere to be found' })
    await press(page, 'Search')
    await page.getByText('No document here has “nowhere to be found”').waitFor()

    await page.goto(`${consoleUrl}/documents`)
    const titles = () => page.getByRole('main').getByRole('rowheader').allInnerTexts()
    for (const [view, expected] of [
      ['Shared with me', ['Ideas', 'Style guide']],
      ['Published', ['Release notes Published']],
    ] as const) {
      await page.getByRole('link', { name: view, exact: true }).click()
      await expect.poll(titles).toEqual(expected)
    }
    await page.getByRole('link', { name: 'Mine', exact: true }).click()
    await page.getByText('24 documents · Page 1').waitFor()
  })

  it('are made, read, changed and deleted by the keyboard alone', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/documents')
    await page.getByRole('button', { name: 'New document' }).focus()
    await page.keyboard.press('Enter')
    await seeHeading(page, 'New document')
    await page.getByLabel('Title').focus()
    await page.keyboard.type('Keys')
    await page.keyboard.press('Tab')
    await page.keyboard.type('First line')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await seeHeading(page, 'Keys')
    await page.getByText('First line').waitFor()
    await seeLive(page)
    await page.getByRole('button', { name: 'Edit' }).focus()
    await page.keyboard.press('Enter')
    await look(page, 'document-editor')
    await page.getByLabel('Title').fill('Keys and locks')
    await page.keyboard.press('Enter')
    await seeHeading(page, 'Keys and locks')
    await page.getByText('Version 2').waitFor()
    await page.getByRole('button', { name: 'Delete' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await press(page, 'Delete')
    await press(page, 'Delete the document')
    await seeHeading(page, 'Documents')
    expect(await page.getByRole('link', { name: 'Keys and locks' }).count()).toBe(0)
  })

  it('say at the field what cannot be taken', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/documents/new')
    await fill(page, { Title: 'x'.repeat(201) })
    await press(page, 'Make the document')
    await page.getByText('A title must have 1 to 200 characters; this one has 201').waitFor()
    await fill(page, { Title: 'Shorter' })
    await press(page, 'Make the document')
    await seeHeading(page, 'Shorter')
  })
})

describe('two people at one document', { timeout: 180_000 }, () => {
  it('share it, see each other’s changes as they are made, and lose it with the grant', async () => {
    const { house, id, page: owner } = await openDocument()
    await share(owner, editor, 'WRITE')
    await look(owner, 'document')

    const other = await openSignedIn(house, `/documents/${id}`, editor)
    await seeLive(other)
    expect(await buttons(other)).toEqual(['Edit', 'Publish'])
    expect(await other.getByText('Who has access').count()).toBe(0)
    await press(other, 'Edit')
    await fill(other, { Title: 'Plan B' })
    await press(other, 'Save')
    await seeHeading(owner, 'Plan B')
    await owner.getByText('Version 2').waitFor()

    // What one may do changes live with the grant, too.
    await choose(owner, `How much ${editor} may do`, 'READ')
    await expect.poll(() => buttons(other)).toEqual([])
    await press(owner, `Stop sharing with ${editor}`)
    await owner.getByText('It is shared with nobody else.').waitFor()
    await expect.poll(() => owner.evaluate('document.activeElement.textContent')).toMatch(/^Max Member owns it/)
    // An editor reads every document.
    await other.getByText('Version 2').waitFor()
    expect(await buttons(other)).toEqual([])
  })

  it('of whom one may not read it any more: it goes from the screen at once', async () => {
    const house = await openConsole()
    const client = await openClient(house, editor)
    const id = await makeDocument(client, 'Secret plan')
    const owner = await openSignedIn(house, `/documents/${id}`, editor)
    await share(owner, member, 'READ')
    const other = await openSignedIn(house, `/documents/${id}`)
    await seeLive(other)
    await seeHeading(other, 'Secret plan')
    await press(owner, `Stop sharing with ${member}`)
    await other.getByText('This document is not shared with you any more').waitFor()
    expect(await other.getByText('Secret plan').count()).toBe(0)
    await other.reload()
    await other.getByRole('alert').getByText('You may not do this.').waitFor()
    await look(other, 'document-refused')
  })

  it('who change it at once: nothing is overwritten unseen, and one can take theirs', async () => {
    const { client, id, page } = await openDocument()
    await press(page, 'Edit')
    await fill(page, { Text: 'one\nmine\nthree' })
    dataOf(await client.execute(UpdateDocumentDocument, { id, body: 'one\ntheirs\nthree' }))
    await page.getByText('Somebody else changed this document').waitFor()
    expect(await page.locator('.changes del').allInnerTexts()).toEqual(['Removed:\ntwo'])
    expect(await page.locator('.changes ins').allInnerTexts()).toEqual(['Added:\ntheirs'])
    expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('one\nmine\nthree')
    await look(page, 'document-conflict')
    await press(page, 'Save')
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent'))
      .toMatch(/^Somebody else changed this document/)
    expect(dataOf(await client.execute(DocumentDocument, { id })).document?.body).toBe('one\ntheirs\nthree')
    await press(page, 'Take theirs, drop mine')
    expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('one\ntheirs\nthree')
    expect(await page.getByText('Somebody else changed this document').count()).toBe(0)
  })

  it('who change it at once: one can save over theirs, having seen it, and is told of the next one too', async () => {
    const { client, id, page } = await openDocument()
    await press(page, 'Edit')
    await fill(page, { Text: 'mine' })
    dataOf(await client.execute(UpdateDocumentDocument, { id, body: 'theirs' }))
    await press(page, 'Keep mine, to save over theirs')
    dataOf(await client.execute(UpdateDocumentDocument, { id, body: 'theirs again' }))
    await page.locator('.changes ins').getByText('theirs again').waitFor()
    await press(page, 'Keep mine, to save over theirs')
    await press(page, 'Save')
    await page.getByText('Version 4').waitFor()
    expect(dataOf(await client.execute(DocumentDocument, { id })).document).toMatchObject({ body: 'mine', version: 4 })
  })

  it('without the stream are told by the server that the version is an old one', async () => {
    const house = await openConsole()
    const client = await openClient(house, member)
    const id = await makeDocument(client)
    const page = await openSignedIn(house, '/documents')
    await page.context().route('**/graphql?*', (route) => route.fulfill({ status: 429, body: '{}' }))
    await page.goto(`${consoleUrl}/documents/${id}`)
    await page.getByText('Not live').waitFor()
    await press(page, 'Edit')
    await fill(page, { Text: 'mine' })
    dataOf(await client.execute(UpdateDocumentDocument, { id, body: 'theirs' }))
    await press(page, 'Save')
    await page.locator('.changes ins').getByText('theirs').waitFor()
    expect(dataOf(await client.execute(DocumentDocument, { id })).document?.body).toBe('theirs')
    await page.context().unroute('**/graphql?*')
    await seeLive(page)
  })

  it('leads to the sign-in when the session ends while it is open, and back to what was written', async () => {
    const { client, id, page } = await openDocument()
    await press(page, 'Edit')
    await fill(page, { Text: 'half a thought' })
    dataOf(await client.execute(RevokeOtherSessionsDocument))
    await seeHeading(page, 'Sign in')
    await page.getByText('Your session is over. Sign in to go on').waitFor()
    expect(new URL(page.url()).searchParams.get('from')).toBe(`/documents/${id}`)
    await signIn(page)
    await page.getByText('What you wrote before is here again').waitFor()
    expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('half a thought')
    await press(page, 'Save')
    await page.getByText('Version 2').waitFor()
    expect(dataOf(await client.execute(DocumentDocument, { id })).document?.body).toBe('half a thought')
  })

  it('shows nobody else what somebody wrote and did not save', async () => {
    const { client, id, page } = await openDocument()
    await press(page, 'Edit')
    await fill(page, { Text: 'for nobody yet' })
    dataOf(await client.execute(RevokeOtherSessionsDocument))
    await seeHeading(page, 'Sign in')
    await signIn(page, editor)
    await page.waitForURL(`${consoleUrl}/documents/${id}`)
    await page.getByText('Version 1').waitFor()
    expect(await page.getByLabel('Text', { exact: true }).innerText()).toBe('one\ntwo\nthree')
  })

  it('keeps what was written while one looks at another page, until it is saved or dropped', async () => {
    const { page } = await openDocument()
    await press(page, 'Edit')
    await fill(page, { Title: 'Plan C' })
    await page.getByRole('link', { name: 'Account' }).click()
    await seeHeading(page, 'Your account')
    await page.goBack()
    await page.getByText('What you wrote before is here again').waitFor()
    expect(await page.getByLabel('Title').inputValue()).toBe('Plan C')
    await press(page, 'Cancel')
    await page.getByRole('link', { name: 'Account' }).click()
    await seeHeading(page, 'Your account')
    await page.goBack()
    await page.getByRole('button', { name: 'Edit' }).waitFor()
    expect(await page.getByText('What you wrote before is here again').count()).toBe(0)
  })

  it('holds one stream while it is open, and none after it is left', async () => {
    const house = await openConsole()
    const client = await openClient(house, member)
    const [first, second] = [await makeDocument(client), await makeDocument(client, 'Other')]
    const page = await openSignedIn(house, `/documents/${first}`)
    const open = new Set<string>()
    page.on('request', (request) => request.resourceType() === 'eventsource' && open.add(request.url()))
    page.on('requestfailed', (request) => open.delete(request.url()))
    page.on('requestfinished', (request) => open.delete(request.url()))
    await page.reload()
    await seeLive(page)
    expect(open.size).toBe(1)
    await page.getByRole('link', { name: 'Documents', exact: true }).click()
    await seeHeading(page, 'Documents')
    await expect.poll(() => open.size).toBe(0)
    await page.getByRole('link', { name: 'Other' }).click()
    await seeLive(page)
    expect([...open].map((url) => new URL(url).searchParams.get('variables'))).toEqual([JSON.stringify({ id: second })])
  })
})

describe('what is offered of a document', { timeout: 180_000 }, () => {
  it('is for a member neither Publish nor Administration, and for an editor Publish', async () => {
    const { house, page } = await openDocument()
    expect((await buttons(page)).slice(0, 2)).toEqual(['Edit', 'Delete'])
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts()).toEqual([
      'Documents',
      'Account',
    ])
    for (const path of ['/administration/people', '/administration/audit']) {
      await page.goto(`${consoleUrl}${path}`)
      await seeHeading(page, 'There is nothing here')
    }

    const editors = await openSignedIn(house, '/documents/new', editor)
    await fill(editors, { Title: 'News', Text: 'All is well.' })
    await press(editors, 'Make the document')
    await seeHeading(editors, 'News')
    await seeLive(editors)
    expect((await buttons(editors)).slice(0, 3)).toEqual(['Edit', 'Publish', 'Delete'])
    await press(editors, 'Publish')
    await look(editors, 'document-publish')
    await press(editors, 'Publish it')
    await editors.getByText('Published', { exact: true }).waitFor()
    expect((await buttons(editors)).slice(0, 2)).toEqual(['Edit', 'Delete'])
  })

  it('is sharing by role and with everyone, whose grants are seen and taken back', async () => {
    const { page } = await openDocument()
    await choose(page, 'Share with', 'role')
    await choose(page, 'Role', 'EDITOR')
    await choose(page, 'What they may do', 'MANAGE')
    await press(page, 'Share')
    await page.getByRole('rowheader', { name: 'Everyone with the role Editor' }).waitFor()
    await choose(page, 'Share with', 'everyone')
    await press(page, 'Share')
    await page.getByRole('rowheader', { name: 'Everyone who is signed in' }).waitFor()
    await press(page, 'Stop sharing with Everyone with the role Editor')
    await expect
      .poll(() => page.getByRole('main').getByRole('rowheader').allInnerTexts())
      .toEqual(['Everyone who is signed in'])
  })
})
