import { describe, expect, it } from 'vitest'
import { AssignRoleDocument, MeDocument, WithdrawRoleDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { dataOf } from '../support/house.ts'
import { publicUrl } from './browser.ts'
import { consoleUrl, fill, openConsole, openSignedIn, press, seeHeading, signIn } from './console.ts'

describe('who is signed in at the console', () => {
  it('lets in whoever has no role, who is told whom to ask', async () => {
    const house = await openConsole()
    const admin = createClient(house.server.url, publicUrl)
    await admin.login('admin@example.com')
    const member = createClient(house.server.url, publicUrl)
    await member.login('member@example.com')
    const userId = dataOf(await member.execute(MeDocument)).me?.id ?? expect.unreachable('nobody is there')
    dataOf(await admin.execute(WithdrawRoleDocument, { userId, role: 'MEMBER' }))
    const page = await house.openPage('/sign-in')
    await signIn(page)
    await page.getByText('Max Member').waitFor()
    expect(await page.getByRole('button', { name: 'New document' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Account' }).click()
    await page.getByRole('alert').getByText('Ask an administrator for the role that allows it').waitFor()
    dataOf(await admin.execute(AssignRoleDocument, { userId, role: 'MEMBER' }))
    await page.reload()
    await page.getByText('member@example.com').waitFor()
    await page.getByRole('link', { name: 'Documents' }).click()
    await page.getByRole('button', { name: 'New document' }).waitFor()
    await press(page, 'Sign out')
    await seeHeading(page, 'Sign in')
  })

  it('says so where who is signed in cannot be read afterwards', async () => {
    const house = await openConsole()
    const page = await house.openPage('/sign-in')
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query CurrentSession')
        ? route.fulfill({ status: 502, body: 'Bad gateway' })
        : route.continue(),
    )
    await signIn(page)
    await page.getByRole('status').getByText('The server cannot be reached. Check the connection').waitFor()
    await page.unroute('**/graphql')
    await page.reload()
    await page.getByText('Max Member').waitFor()
  })
})

describe('signing out', () => {
  it('in one tab is seen in the other, and signing in too', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account')
    const other = await page.context().newPage()
    await other.goto(`${consoleUrl}/account/devices`)
    await seeHeading(other, 'Devices and tokens')
    await press(page, 'Sign out')
    await seeHeading(page, 'Sign in')
    await seeHeading(other, 'Sign in')
    await other.getByText('Your session is over').waitFor()
    expect(await other.getByText('Max Member').count()).toBe(0)
    // Whoever signed out knows it.
    expect(await page.getByText('Your session is over').count()).toBe(0)
    await signIn(page, 'editor@example.com')
    await seeHeading(other, 'Devices and tokens')
    await other.getByText('Edith Editor').waitFor()
  })

  it('on the server is seen at the next operation', async () => {
    const house = await openConsole()
    const page = await openSignedIn(house, '/account')
    await page.getByLabel('Name').waitFor()
    const client = createClient(house.server.url, publicUrl)
    await client.login('member@example.com')
    await client.execute('mutation { revokeOtherSessions }')
    await fill(page, { Name: 'Maximilian' })
    await press(page, 'Change the name')
    await seeHeading(page, 'Sign in')
    await signIn(page)
    await seeHeading(page, 'Your account')
    expect(await page.getByLabel('Name').inputValue()).toBe('Max Member')
  })
})
