import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type Env, testKeys } from './server.ts'

/** What a program is given to begin with. */
export interface Beginning {
  args?: readonly string[]
  /** All of its environment. */
  env?: Env
  /** All of its standard input. */
  input?: string
}

/** A program that was started by itself, as its users start it; it ends with the test at the latest. */
export interface Program {
  /** What it wrote until now. */
  output: { stdout: string; stderr: string }
  /** Waits until its standard output matches; rejects when it ends before that. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  /** The exit code; null when a signal ended it. */
  ended: Promise<number | null>
}

/** @param file - in `src/` */
export function startProgram(file: string, { args = [], env = {}, input = '' }: Beginning = {}): Program {
  const path = fileURLToPath(new URL(`../../src/${file}`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { env })
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL')
  })
  child.stdin.end(input)
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output.stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output.stderr += chunk
  })
  return {
    output,
    waitFor: (pattern) => waitFor(child, output, pattern),
    kill: (signal) => child.kill(signal),
    ended: ending(child),
  }
}

/** "close", not "exit": by then all of its output has arrived. */
async function ending(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  await once(child, 'close')
  return child.exitCode
}

async function waitFor(child: ChildProcessWithoutNullStreams, output: Program['output'], pattern: RegExp) {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
  const look = () => {
    const match = pattern.exec(output.stdout)
    if (match) resolve(match)
  }
  const give = () => reject(new Error(`It ended without ${pattern}: ${output.stderr}`))
  child.stdout.on('data', look)
  child.once('close', give)
  look()
  try {
    return await promise
  } finally {
    child.stdout.off('data', look)
    child.off('close', give)
  }
}

export interface ServerProgram extends Program {
  /** Where it listens: the origin alone. */
  url: string
}

/** The server in a process of its own, on a free port, with the demo users in the folder's database. */
export async function startServerProgram(folder: string, env: Env = {}): Promise<ServerProgram> {
  const program = startProgram('main.ts', {
    env: {
      NODE_ENV: 'test',
      SEED_DEMO: 'true',
      PORT: '0',
      DATABASE_URL: `file:${join(folder, 'gatehouse.db')}`,
      JWT_KEYS: testKeys,
      ...env,
    },
  })
  const [, url = ''] = await program.waitFor(/Server listening at (http:[^"]+)/)
  return { ...program, url }
}

/** How a program ended, and all that it wrote. */
export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a program to its end. */
export async function runProgram(file: string, beginning?: Beginning): Promise<Outcome> {
  const { ended, output } = startProgram(file, beginning)
  return { code: await ended, ...output }
}
