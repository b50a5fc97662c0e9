import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const executable = fileURLToPath(new URL('../node_modules/drizzle-kit/bin.cjs', import.meta.url))
const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs drizzle-kit at the project's root and gives what it printed. Never asks: a question counts as a failure. */
export function drizzleKit(...args: string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [executable, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  })
  return { ok: status === 0, output: `${stdout}${stderr}` }
}
