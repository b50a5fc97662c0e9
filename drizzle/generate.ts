// Writes, for both databases, the migration from the last one to the table definitions: node drizzle/generate.ts --name <what>
// With --custom the migrations are empty, for statements that drizzle-kit does not know (triggers).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { drizzleKit } from './drizzle-kit.ts'
import { makeStrict } from './strict.ts'

const folder = new URL('sqlite/', import.meta.url)
const migrations = () => readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.name.endsWith('.sql'))

const before = new Set(migrations().map(({ name }) => name))
for (const dialect of ['sqlite', 'postgresql']) {
  const { ok, output } = drizzleKit('generate', '--config', `drizzle/${dialect}.config.ts`, ...process.argv.slice(2))
  process.stdout.write(output)
  if (!ok) process.exitCode = 1
}
for (const { name } of migrations()) {
  if (before.has(name)) continue
  const file = new URL(name, folder)
  writeFileSync(file, makeStrict(readFileSync(file, 'utf8')))
}
