import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Builds the console's pages. With `--if-stale` only where they are missing or older than what they are made of, and
 * never so that a server could not start: without vite, as after `npm ci --omit=dev`, or when the build fails, it says so.
 */
const folder = import.meta.dirname
const careful = process.argv.includes('--if-stale')

if (!careful || isStale()) {
  try {
    const { build } = await import('vite')
    await build({ configFile: join(folder, 'vite.config.ts'), logLevel: careful ? 'error' : 'info' })
  } catch (error) {
    if (!careful) throw error
    const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    console.error(
      missing
        ? 'The console was not built: vite is not installed (npm ci installs it, --omit=dev leaves it out).'
        : `The console was not built: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function isStale(): boolean {
  const index = join(folder, 'dist', 'index.html')
  return !existsSync(index) || newestSource() > statSync(index).mtimeMs
}

/** Milliseconds of the epoch. */
function newestSource(): number {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^dist($|[/\\])/.test(name))
    .map((name) => join(folder, name))
  const shared = ['package-lock.json', 'src/cli/access/page', 'src/directives'].map((name) => join(folder, '..', name))
  const files = shared.flatMap((path) =>
    statSync(path).isDirectory() ? readdirSync(path, { encoding: 'utf8' }).map((name) => join(path, name)) : [path],
  )
  return Math.max(...[...sources, ...files].map((path) => statSync(path).mtimeMs))
}
