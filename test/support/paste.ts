import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type CodeBlock, readCodeBlocks } from './markdown.ts'
import { createFolder } from './server.ts'

/** Runs blocks of shell one after the other in one shell, as somebody who pastes them, and gives what each printed. */
export async function paste(blocks: readonly string[]): Promise<string[]> {
  const mark = '--- next ---'
  const script = ['set -euo pipefail', ...blocks.map((block) => `${block}\nprintf '\\n${mark}\\n'`)].join('\n')
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: createFolder() })
  return stdout.split(mark).slice(0, blocks.length)
}

/** A command that a page shows, with the answer that it shows and the one that there was. */
export interface PastedAnswer {
  command: string
  shown: unknown
  printed: unknown
}

/**
 * Pastes the commands of a part of a page against a server, and gives those below which an answer stands.
 *
 * @param prelude - what is to be pasted before
 */
export async function pasteAnswers(
  markdown: string,
  url: string,
  prelude: readonly string[] = [],
): Promise<PastedAnswer[]> {
  const blocks = readCodeBlocks(markdown)
  const isCommand = ({ language }: CodeBlock) => language === 'sh'
  const commands = blocks.filter(isCommand)
  const printed = await paste(
    [...prelude, ...commands.map(({ text }) => text)].map((text) => text.replaceAll('http://localhost:4000', url)),
  )
  return commands.flatMap((command, index) => {
    const answer = blocks[blocks.indexOf(command) + 1]
    if (answer?.language !== 'json') return []
    const output = printed[prelude.length + index] ?? ''
    return [{ command: command.text, shown: JSON.parse(answer.text), printed: JSON.parse(output) }]
  })
}
