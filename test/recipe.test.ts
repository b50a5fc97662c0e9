import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { applyChanges } from './support/apply-changes.ts'
import { readCodeBlocks, readSection } from './support/markdown.ts'
import { createFolder } from './support/server.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const left = new Set(['node_modules', '.git', 'data', 'dist', 'coverage'])

/** A copy of the project to change, with the packages that are installed already. */
function copyProject(): string {
  const copy = join(createFolder(), 'project')
  cpSync(root, copy, { recursive: true, filter: (source) => !left.has(basename(source)) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

function change(file: string, diff: string): string {
  return applyChanges(readFileSync(file, 'utf8'), diff)
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

describe('the README’s recipe', () => {
  it('makes a domain that works, step by step', { timeout: 240_000 }, async () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8')
    const blocks = readCodeBlocks(readSection(readme, 'Add a domain of your own'))
    const copy = copyProject()
    const printed: string[] = []
    for (const { language, text, file } of blocks) {
      if (file !== null) write(join(copy, file), language === 'diff' ? change(join(copy, file), text) : text)
      else printed.push((await run('bash', ['-euc', text], { cwd: copy })).stdout)
    }

    expect(printed.at(-1)).toContain('test/notes/notes.test.ts')
    for (const { language, text, file } of blocks) {
      if (file !== null && language !== 'diff') expect(readFileSync(join(copy, file), 'utf8'), file).toBe(text)
    }
    await run(
      'bash',
      ['-euc', 'npm run codegen -- --check; npm run db:check; npm run access -- --check; npm run lint'],
      { cwd: copy },
    )
  })
})
