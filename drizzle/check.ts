// Fails when the migrations do not match the table definitions: node drizzle/check.ts
import { fileURLToPath } from 'node:url'
import { findMigrationFaults } from './find-migration-faults.ts'

const faults = findMigrationFaults(fileURLToPath(new URL('sqlite', import.meta.url)))
for (const fault of faults) console.error(fault)
if (faults.length === 0) console.log('The migrations match the table definitions, and every table is STRICT.')
process.exitCode = faults.length === 0 ? 0 : 1
