import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readCodeBlocks } from '../support/markdown.ts'
import { createFolder } from '../support/server.ts'

const run = promisify(execFile)

const program = fileURLToPath(new URL('../../src/cli/access.ts', import.meta.url))
const page = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8')
const blocks = readCodeBlocks(page).filter(({ language }) => language === 'console')

describe('docs/access.md', () => {
  it('shows commands', () => expect(blocks.length).toBeGreaterThanOrEqual(3))

  it.each(blocks.map(({ text }) => text.trimEnd().split('\n')))(
    'shows what this really prints: %s',
    async (command = '', ...output) => {
      const [, args] = /^\$ npm run --silent access(?: -- (.*))?$/.exec(command) ?? []
      // Away from the project: what it writes is not left in it.
      const { stdout } = await run('bash', ['-c', `node ${program} ${args ?? ''}`], { cwd: createFolder() })
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
