import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { accessRows, compareMatrices, isBare, lockEntries } from '../../directives/index.ts'
import { UsageError } from '../usage-error.ts'
import { checkLock, readLock, writeLock } from './lock.ts'
import { renderPage } from './render-page.ts'
import { renderTable } from './render-table.ts'
import type { Subcommand, Surroundings } from './subcommand.ts'

/** Characters. */
const width = 120

/** Without a subcommand: prints the access matrix or writes it as a page, or compares it with the lock, or renews that. */
export const showMatrix: Subcommand = (args, surroundings) => {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      check: { type: 'boolean' },
      write: { type: 'boolean' },
      html: { type: 'string' },
      compare: { type: 'string' },
    },
  })
  if (values.compare !== undefined && values.html === undefined) throw new UsageError('--compare goes with --html')
  if (values.html !== undefined) {
    if (values.write || values.check || values.json) throw new UsageError('--html goes with --compare alone')
    return writePage(surroundings, values.html, values.compare)
  }
  if (values.write && (values.check || values.json)) throw new UsageError('--write goes with no other option')
  if (values.write) return writeLock(surroundings)
  if (values.check) return checkLock(surroundings, values.json === true)

  const { schema, print, colours } = surroundings
  const rows = accessRows(schema).filter((row) => !isBare(row))
  if (values.json) print(JSON.stringify(rows, null, 2))
  else {
    const first = rootNames(surroundings)
    const elements = rows.filter(({ kind }) => kind !== 'role' && kind !== 'type')
    print(renderTable(elements, { first, width, colours }))
  }
  return 0
}

/** `--html`: writes the matrix as a page; with `--compare`, what changed since that lock too. */
function writePage(surroundings: Surroundings, path: string, older: string | undefined): number {
  const rows = accessRows(surroundings.schema)
  const comparison =
    older === undefined ? null : { with: basename(older), changes: compareMatrices(readLock(older), lockEntries(rows)) }
  const kept = rows.filter((row) => !isBare(row))
  writeFileSync(path, renderPage(kept, comparison))
  surroundings.print(`${basename(path)} is written: open it in a browser`)
  return 0
}

function rootNames({ schema }: Surroundings): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  return roots.flatMap((type) => (type ? [type.name] : []))
}
