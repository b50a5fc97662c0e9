import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findMigrationFaults } from '../../drizzle/find-migration-faults.ts'
import { makeStrict } from '../../drizzle/strict.ts'

const shipped = (dialect: string) => fileURLToPath(new URL(`../../drizzle/${dialect}`, import.meta.url))

describe.each(['sqlite', 'postgresql'] as const)('findMigrationFaults() on %s', (dialect) => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
    cpSync(shipped(dialect), folder, { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const edit = (file: string, change: (text: string) => string) => {
    const path = join(folder, file)
    const before = readFileSync(path, 'utf8')
    const after = change(before)
    expect(after).not.toBe(before)
    writeFileSync(path, after)
  }

  it('finds none in the migrations as they are', () => {
    expect(findMigrationFaults(dialect, shipped(dialect))).toEqual([])
  })

  // PostgreSQL has no such tables.
  if (dialect === 'sqlite') {
    it('finds a table that is not STRICT', () => {
      edit('0000_initial.sql', (sql) => sql.replace(') STRICT;', ');'))
      expect(findMigrationFaults(dialect, folder)).toEqual([
        'The migrations make the table access_grants without STRICT.',
      ])
    })
  }

  it('finds a column that no migration makes', () => {
    const newest = readdirSync(join(folder, 'meta')).findLast((name) => name.endsWith('_snapshot.json'))
    edit(`meta/${newest}`, (snapshot) => {
      const parsed = JSON.parse(snapshot)
      delete (parsed.tables.documents ?? parsed.tables['public.documents']).columns.title
      return JSON.stringify(parsed)
    })
    expect(findMigrationFaults(dialect, folder)).toEqual([
      expect.stringContaining('do not lead to the table definitions'),
    ])
  })
})

describe('makeStrict()', () => {
  it('adds STRICT to every CREATE TABLE and to nothing else', () => {
    const written = [
      'CREATE TABLE `__new_a` (\n\t`id` text,\n\tCHECK(`id` in (1))\n);\n',
      '\nINSERT INTO `__new_a`("id") SELECT "id" FROM `a`;',
      'CREATE INDEX `a_id` ON `a` (`id`);',
    ].join('--> statement-breakpoint')
    expect(makeStrict(written)).toBe(written.replace('CHECK(`id` in (1))\n);', 'CHECK(`id` in (1))\n) STRICT;'))
  })
})
