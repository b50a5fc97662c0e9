import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { InputError } from '../errors.ts'

/** The terminal, or what stands in its place. */
export interface Terminal {
  input: Readable & { isTTY?: boolean }
  /** Where the prompts go: not where a script reads the result. */
  output: Writable
}

/**
 * Reads a new password: at a terminal twice and without showing it; from a pipe or a file the first line.
 *
 * @throws InputError when the two differ, or there are none
 */
export async function readPassword({ input, output }: Terminal): Promise<string> {
  if (!input.isTTY) return (await text(input)).split(/\r?\n/, 1)[0] ?? ''
  // Without an output the line editor has nowhere to echo to; with `terminal` it takes the echo from the terminal.
  const editor = createInterface({ input, terminal: true })
  const lines = editor[Symbol.asyncIterator]()
  const ask = async (prompt: string) => {
    output.write(prompt)
    const { value, done } = await lines.next()
    output.write('\n')
    if (done) throw new InputError('password', 'No password was given')
    return value
  }
  try {
    const password = await ask('Password: ')
    if ((await ask('The same again: ')) !== password) throw new InputError('password', 'The two passwords differ')
    return password
  } finally {
    editor.close()
  }
}
