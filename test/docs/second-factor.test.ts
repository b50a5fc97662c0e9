import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCodeBlocks, readSection } from '../support/markdown.ts'
import { pasteAnswers } from '../support/paste.ts'
import { startServer } from '../support/server.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('“Second factor” in docs/sign-in.md', () => {
  it('gives with curl the answers that it shows', async () => {
    const { url } = await startServer()
    const [as] = readCodeBlocks(readSection(read('README.md'), 'With curl'))
    const section = readSection(read('docs/sign-in.md'), 'Second factor')
    const answers = await pasteAnswers(section, url, [as?.text ?? ''])
    expect(answers).toHaveLength(7)
    for (const { command, shown, printed } of answers) expect(printed, command).toEqual(shown)
  })
})
