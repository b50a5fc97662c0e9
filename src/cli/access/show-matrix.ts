import { parseArgs } from 'node:util'
import { accessRows, isBare } from '../../directives/index.ts'
import { UsageError } from '../usage-error.ts'
import { checkLock, writeLock } from './lock.ts'
import { renderTable } from './render-table.ts'
import type { Subcommand } from './subcommand.ts'

/** Characters. */
const width = 120

/** Without a subcommand: prints the access matrix, or compares it with the lock, or renews that. */
export const showMatrix: Subcommand = (args, surroundings) => {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, check: { type: 'boolean' }, write: { type: 'boolean' } },
  })
  if (values.write && (values.check || values.json)) throw new UsageError('--write goes with no other option')
  if (values.write) return writeLock(surroundings)
  if (values.check) return checkLock(surroundings, values.json === true)

  const { schema, print, colours } = surroundings
  const rows = accessRows(schema).filter((row) => !isBare(row))
  if (values.json) print(JSON.stringify(rows, null, 2))
  else {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
    const first = roots.flatMap((type) => (type ? [type.name] : []))
    const elements = rows.filter(({ kind }) => kind !== 'role' && kind !== 'type')
    print(renderTable(elements, { first, width, colours }))
  }
  return 0
}
