import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCodeBlocks, readSection } from '../support/markdown.ts'
import { startServer } from '../support/server.ts'
import { publicUrl, startBrowser } from './browser.ts'

const markdown = readFileSync(new URL('../../docs/sign-in.md', import.meta.url), 'utf8')

const asConsole = { replMode: true, awaitPromise: true, returnByValue: true }

describe('“Passkeys” in docs/sign-in.md', () => {
  it('gives in the console of Sandbox the answers that it shows', async () => {
    const { url } = await startServer({ env: { NODE_ENV: 'development', PUBLIC_URL: publicUrl } })
    const { page, devtools } = await (await startBrowser(url)).open(publicUrl)
    await page.goto(`${publicUrl}/graphql`, { waitUntil: 'commit' })
    const blocks = readCodeBlocks(readSection(markdown, 'Passkeys'))
    let shown = 0
    for (const [index, { language, text }] of blocks.entries()) {
      if (language !== 'js') continue
      const { result } = await devtools.send('Runtime.evaluate', { expression: text, ...asConsole })
      const next = blocks[index + 1]
      if (next?.language !== 'json') continue
      expect(result.value, text).toEqual(JSON.parse(next.text))
      shown++
    }
    expect(shown).toBe(4)
  })
})
