import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readCodeBlocks } from '../support/markdown.ts'

const run = promisify(execFile)

const page = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8')
const blocks = readCodeBlocks(page).filter(({ language }) => language === 'console')

describe('docs/access.md', () => {
  it('shows commands', () => expect(blocks.length).toBeGreaterThanOrEqual(3))

  it.each(blocks.map(({ text }) => text.trimEnd().split('\n')))(
    'shows what this really prints: %s',
    async (command = '', ...output) => {
      const [, args] = /^\$ npm run --silent access(?: -- (.*))?$/.exec(command) ?? []
      const { stdout } = await run('bash', ['-c', `node src/cli/access.ts ${args ?? ''}`])
      // "…" stands for any lines at all.
      let from = 0
      for (const part of output.join('\n').split(/^…\n?/m)) {
        const found = stdout.indexOf(part, from)
        expect(found, `after line ${stdout.slice(0, from).split('\n').length}:\n${part}`).toBeGreaterThanOrEqual(0)
        from = found + part.length
      }
    },
  )
})
