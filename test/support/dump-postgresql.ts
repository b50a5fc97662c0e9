// Prints every row of a PostgreSQL database as SQLite would have it: node test/support/dump-postgresql.ts <url>
import pg from 'pg'

pg.types.setTypeParser(pg.types.builtins.INT8, Number)
const client = new pg.Client({ connectionString: process.argv[2] })
await client.connect()
const { rows: tables } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
const dump: Record<string, unknown[]> = {}
for (const { tablename } of tables) {
  const { rows } = await client.query(`SELECT * FROM "${tablename}"`)
  dump[tablename] = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, keep(value)])),
  )
}
await client.end()
process.stdout.write(JSON.stringify(dump))

function keep(value: unknown): unknown {
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}
