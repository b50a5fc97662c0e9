// Fails when the migrations do not match the table definitions: node drizzle/check.ts
import { fileURLToPath } from 'node:url'
import { findMigrationFaults } from './find-migration-faults.ts'

const faults = (['sqlite', 'postgresql'] as const).flatMap((dialect) =>
  findMigrationFaults(dialect, fileURLToPath(new URL(dialect, import.meta.url))),
)
for (const fault of faults) console.error(fault)
if (faults.length === 0)
  console.log('The migrations of both databases match the table definitions, and every table of SQLite is STRICT.')
process.exitCode = faults.length === 0 ? 0 : 1
