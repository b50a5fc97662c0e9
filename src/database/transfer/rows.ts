import { and, asc, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../database.ts'
import type { Tables } from '../tables.ts'
import type { Carried } from './carried.ts'

export type Row = Record<string, unknown>

/** A row may be large, as documents are. */
const rowsAtOnce = 100

/** Gives every row as JSON that is the same on every database, in the order of the primary key. */
export async function* readRows({ db, tables }: Database, carried: Carried): AsyncGenerator<string> {
  const table = tableOf(tables, carried)
  const key = carried.primaryKey.map((property) => columnOf(table, property))
  for (let after: Row | undefined; ; ) {
    const page: Row[] = await db
      .select()
      .from(table)
      .where(and(after && isAfter(key, carried.primaryKey, after)))
      .orderBy(...key.map((column) => asc(column)))
      .limit(rowsAtOnce)
    for (const row of page) yield encode(row)
    if (page.length < rowsAtOnce) return
    after = page.at(-1)
  }
}

/** Takes rows as JSON and inserts them, some at a time; `end` those that are left. */
export function createInserter({ db, tables }: Database) {
  let waiting: { carried: Carried; rows: Row[] } | null = null
  const end = async () => {
    if (waiting && waiting.rows.length > 0)
      await db.insert(tableOf(tables, waiting.carried)).values(waiting.rows as Tables['users']['$inferInsert'][])
    waiting = null
  }
  return {
    async add(carried: Carried, row: Row): Promise<void> {
      if (waiting?.carried !== carried || waiting.rows.length === rowsAtOnce) await end()
      waiting ??= { carried, rows: [] }
      waiting.rows.push(decode(carried, row))
    },
    end,
  }
}

export async function isEmpty({ db, tables }: Database, carried: Carried): Promise<boolean> {
  const rows = await db.select({ one: sql`1` }).from(tableOf(tables, carried)).limit(1)
  return rows.length === 0
}

/** Any table, which the compiler takes for this one. */
function tableOf(tables: Tables, { name }: Carried): Tables['users'] {
  return tables[name] as unknown as Tables['users']
}

function columnOf(table: Tables['users'], property: string): Tables['users']['id'] {
  return table[property as 'id']
}

function isAfter(key: readonly Tables['users']['id'][], properties: readonly string[], row: Row): SQL {
  const columns = key.map((column) => sql`${column}`)
  const values = properties.map((property) => sql`${row[property]}`)
  return sql`(${sql.join(columns, sql`, `)}) > (${sql.join(values, sql`, `)})`
}

/** PostgreSQL keeps JSON with its properties in an order of its own. */
export function encode(row: Row): string {
  return JSON.stringify(row, (_, value) =>
    value !== row && typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  )
}

function decode({ columns, instants }: Carried, row: Row): Row {
  return Object.fromEntries(
    columns.map((property) => {
      const value = row[property]
      return [property, instants.has(property) && typeof value === 'string' ? new Date(value) : value]
    }),
  )
}
