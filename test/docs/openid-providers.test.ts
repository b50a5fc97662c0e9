import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createClient } from '../support/client.ts'
import { readCodeBlocks, readSection, readTableRows } from '../support/markdown.ts'
import { startProvider } from '../support/openid-provider.ts'
import { pasteAnswers } from '../support/paste.ts'
import { startServer } from '../support/server.ts'

const publicUrl = 'http://localhost:4000'
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const section = readSection(read('docs/sign-in.md'), 'OpenID providers')
const blocks = readCodeBlocks(section)
const outcomes = readTableRows(section).map(([hash = '']) => hash.replaceAll('`', ''))
/** Where the text has a browser begin. */
const [startUrl = ''] = section.match(/http:\/\/localhost:4000\/oauth\/\w+\/start[^>]*/) ?? []

/** A server that was started as the page says, but for where the provider is: a real one, on loopback. */
async function start() {
  const [, json = ''] = /OAUTH_PROVIDERS='(.*)'/.exec(blocks[0]?.text ?? '') ?? []
  const [told] = JSON.parse(json)
  const { id, name, clientId, clientSecret } = told
  const provider = await startProvider(id, publicUrl, { name, clientId, clientSecret })
  onTestFinished(() => provider.close())
  const settings = [{ ...told, issuer: provider.settings.issuer }]
  const env = { PUBLIC_URL: publicUrl, OAUTH_PROVIDERS: JSON.stringify(settings) }
  const server = await startServer({ env })
  const browser = createClient(server.url, publicUrl)
  /** Opens an address in the browser, and gives where it is in the end. */
  async function open(address: string): Promise<string> {
    const { origin, pathname, search } = new URL(address)
    const there = origin === publicUrl ? (await browser.send(pathname + search)).headers.get('location') : address
    const query = await provider.visit(there ?? '')
    return (await browser.send(`/oauth/${id}/callback?${query}`)).headers.get('location') ?? ''
  }
  return { provider, server, browser, open }
}

describe('“OpenID providers” in docs/sign-in.md', () => {
  it('tells with curl what buttons to show', async () => {
    const { server } = await start()
    const [as] = readCodeBlocks(readSection(read('README.md'), 'With curl'))
    // The first block starts a server: that was done.
    const commands = section.slice(section.indexOf('```\n') + 4)
    const answers = await pasteAnswers(commands, server.url, [as?.text ?? ''])
    expect(answers).toHaveLength(1)
    for (const { command, shown, printed } of answers) expect(printed, command).toEqual(shown)
  })

  it('signs in at a real provider, links it and unlinks it, with the answers that it shows', async () => {
    const { provider, browser, open } = await start()
    const [session, link, unlink] = blocks.filter(({ language }) => language === 'graphql')
    const [signedIn, unlinked] = blocks.slice(3).filter(({ language }) => language === 'json')
    const run = async (block: typeof session) => (await browser.execute(block?.text ?? '')).body

    provider.account = { sub: 'penny', email: 'penny@example.com', email_verified: true, name: 'Penny Provided' }
    expect(await open(startUrl)).toBe('/graphql#oauth=signed-in')
    expect(await run(session)).toEqual(JSON.parse(signedIn?.text ?? ''))

    await browser.login('member@example.com')
    provider.account = { sub: 'max' }
    const begun = await browser.execute<{ beginProviderLink: { url: string } }>(link?.text ?? '')
    expect(await open(begun.body.data?.beginProviderLink.url ?? '')).toBe('/#oauth=linked')
    expect(await run(unlink)).toEqual(JSON.parse(unlinked?.text ?? ''))
  })

  it('tells of every outcome but what has no page to go to', async () => {
    const kinds = ['signed-in', 'second-factor', 'linked', 'refused'] as const
    expect([...new Set(outcomes.map((hash) => new URLSearchParams(hash).get('oauth')))]).toEqual(kinds)
    const source = read('src/identity/oauth/provider-refusal.ts')
    const refusals = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, refusal = '']) => refusal)
    const told = outcomes.flatMap((hash) => new URLSearchParams(hash).get('reason') ?? [])
    expect([...told, 'STATE_UNKNOWN'].toSorted()).toEqual(refusals.toSorted())
  })
})
