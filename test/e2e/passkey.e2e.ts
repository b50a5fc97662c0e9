import { describe, expect, it } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import { startServer } from '../support/server.ts'
import { type OpenPage, publicUrl, startBrowser } from './browser.ts'

const frontend = 'http://localhost:5173'
const logIn = `logIn('member@example.com', '${demoPassword}')`
const member = { methods: ['PASSKEY'], user: { email: 'member@example.com' } }
const registered = { finishPasskeyRegistration: { method: 'PASSKEY', name: 'Chromium' } }

async function openPage(origin = publicUrl): Promise<OpenPage> {
  const { url } = await startServer({ env: { PUBLIC_URL: publicUrl, ALLOWED_ORIGINS: frontend } })
  return (await startBrowser(url)).open(origin)
}

/** A page whose user has a passkey, and is signed in no more. */
async function openWithPasskey(origin?: string): Promise<OpenPage> {
  const opened = await openPage(origin)
  await opened.run(logIn)
  expect(await opened.run('registerPasskey()')).toEqual(registered)
  await opened.context.clearCookies()
  expect(await opened.run('whoAmI()')).toEqual({ session: null })
  return opened
}

describe('a passkey in Chromium', () => {
  it.each([
    ['the server itself', publicUrl],
    ['a frontend that is listed', frontend],
  ])('is registered and signs in, without an address, from %s', async (_, origin) => {
    const { run, context } = await openWithPasskey(origin)
    expect(await run('logInByPasskey()')).toEqual({ finishPasskeyLogin: member })
    expect(await run('whoAmI()')).toEqual({ session: member })
    const cookies = await context.cookies()
    expect(cookies.map(({ name, httpOnly }) => [name, httpOnly]).sort()).toEqual([
      ['browser', true],
      ['device', true],
      ['session', true],
    ])
  })

  it('is not made twice by the same authenticator', async () => {
    const { run } = await openPage()
    await run(logIn)
    expect(await run('registerPasskey()')).toEqual(registered)
    expect(await run('registerPasskey()')).toEqual({ browserRefused: 'InvalidStateError' })
  })

  it('is neither made nor used without verifying its user', async () => {
    const { run, devtools, authenticatorId } = await openWithPasskey()
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    expect(await run('logInByPasskey()')).toEqual({ browserRefused: 'NotAllowedError' })
    await run(logIn)
    expect(await run('registerPasskey()')).toMatchObject({ browserRefused: expect.any(String) })
  })

  it('is refused once a copy of it has been used', async () => {
    const { run, devtools, authenticatorId } = await openWithPasskey()
    const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
    const [copy] = credentials
    if (!copy) throw new Error('there should be a passkey')
    for (let count = 0; count < 2; count++)
      expect(await run('logInByPasskey()')).toEqual({ finishPasskeyLogin: member })
    await devtools.send('WebAuthn.removeCredential', { authenticatorId, credentialId: copy.credentialId })
    await devtools.send('WebAuthn.addCredential', { authenticatorId, credential: copy })
    await run("send('mutation { logout }')")
    expect(await run('logInByPasskey()')).toEqual({ refused: 'INVALID_CREDENTIALS' })
    expect(await run('whoAmI()')).toEqual({ session: null })
  })

  it('signs nobody in from a page of ours inside one of another origin, though the browser would', async () => {
    const { page, run } = await openWithPasskey()
    await page.goto(`${frontend}/?frame=${publicUrl}/`)
    const frame = page.frames().find((child) => child.url() === `${publicUrl}/`)
    expect(await frame?.evaluate('logInByPasskey()')).toEqual({ refused: 'INVALID_CREDENTIALS' })
    await page.goto(`${publicUrl}/`)
    expect(await run('logInByPasskey()')).toEqual({ finishPasskeyLogin: member })
  })
})
