import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Memory } from './tell-memory.ts'

/** The server as it is started by anybody, on a free port and over a database of its own. */
export interface SoakedServer {
  url: string
  /** Collects the garbage, then measures. */
  measure(): Promise<Memory>
  /** Gives the exit code of an orderly stop. */
  stop(): Promise<number | null>
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** @param database - a URL; a file in a folder of its own unless given */
export async function startSoakedServer(database?: string): Promise<SoakedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-soak-'))
  const child = fork(path('../../src/main.ts'), {
    execArgv: ['--expose-gc', '--import', path('tell-memory.ts')],
    env: {
      NODE_ENV: 'test',
      SEED_DEMO: 'true',
      PORT: '0',
      JWT_KEYS: JSON.stringify([{ kid: 'soak', alg: 'HS256', secret: Buffer.alloc(32, 's').toString('base64url') }]),
      MASTER_KEY: Buffer.alloc(32, 'm').toString('base64'),
      DATABASE_URL: database ?? `file:${join(folder, 'gatehouse.db')}`,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let start = ''
    child.once('exit', () => reject(new Error(`the server ended: ${start}`)))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      // Its log is read to the end, or the server would wait; what comes after the start is of no interest.
      if (start.length < 10_000) start += text
      const [, address] = /Server listening at (http:[^"]+)/.exec(start) ?? []
      if (address) resolve(address)
    })
  })
  return {
    url,
    async measure() {
      child.send('measure')
      const [memory] = (await once(child, 'message')) as [Memory]
      return memory
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = (await ended) as [number | null]
      rmSync(folder, { recursive: true, force: true })
      return code
    },
  }
}
