import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Builds the console once for all tests, where it is missing or older than its sources. */
export function setup(): void {
  const build = fileURLToPath(new URL('../../console/build.ts', import.meta.url))
  execFileSync(process.execPath, [build, '--if-stale'], { stdio: 'inherit' })
}
