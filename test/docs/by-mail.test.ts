import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readCodeBlocks, readSection } from '../support/markdown.ts'
import { pasteAnswers } from '../support/paste.ts'
import { startServer } from '../support/server.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('“By mail” in docs/sign-in.md', () => {
  // A development server prints the mails.
  beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => {}))
  afterEach(() => vi.restoreAllMocks())

  it('gives with curl, in development, the answers that it shows', async () => {
    const { url } = await startServer({
      env: { NODE_ENV: 'development' },
      intervals: { reloadKeys: 60_000, purge: 60_000, mails: 10 },
    })
    const [as] = readCodeBlocks(readSection(read('README.md'), 'With curl'))
    const section = readSection(read('docs/sign-in.md'), 'By mail')
    const answers = await pasteAnswers(section, url, [as?.text ?? ''])
    expect(answers).toHaveLength(9)
    for (const { command, shown, printed } of answers) expect(printed, command).toEqual(shown)
  })
})
