import BetterSqlite3 from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { type EmbeddedPostgresql, startEmbeddedPostgresql } from '../support/embedded-postgresql.ts'

/** A table as its database has it, in words that both have. */
interface Shape {
  columns: Record<string, { type: string; nullable: boolean }>
  primaryKey: string[]
  /** By name. */
  indexes: Record<string, { columns: string[]; unique: boolean; partial: boolean }>
  /** A line each. */
  foreignKeys: string[]
  checks: string[]
}

/** How SQLite keeps what PostgreSQL has a type of its own for. */
const keptAs: Record<string, string> = {
  text: 'text',
  jsonb: 'text',
  int4: 'integer',
  int8: 'integer',
  bool: 'integer',
  timestamptz: 'integer',
}

describe('the two databases', () => {
  let sqlite: TestDatabase
  let postgresql: EmbeddedPostgresql
  let onSqlite: Record<string, Shape>
  let onPostgresql: Record<string, Shape>

  beforeAll(async () => {
    sqlite = await openTestDatabase()
    postgresql = await startEmbeddedPostgresql()
    onSqlite = readSqlite(sqlite.path)
    onPostgresql = await readPostgresql()
  }, 60_000)
  afterAll(async () => {
    await sqlite.close()
    await postgresql.stop()
  })

  function readSqlite(path: string): Record<string, Shape> {
    const raw = new BetterSqlite3(path, { readonly: true })
    const all = (sql: string) => raw.prepare<[], unknown[]>(sql).raw().all()
    const tables = all("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    const shapes = tables.map(([table, sql]): [string, Shape] => {
      const columns = all(`SELECT name, lower(type), "notnull", pk FROM pragma_table_info('${table}')`)
      const indexes = all(`SELECT name, "unique", partial FROM pragma_index_list('${table}') WHERE origin = 'c'`)
      return [
        String(table),
        {
          columns: Object.fromEntries(
            columns.map(([name, type, notNull]) => [name, { type: String(type), nullable: notNull === 0 }]),
          ),
          primaryKey: columns
            .filter(([, , , position]) => position !== 0)
            .sort((one, other) => Number(one[3]) - Number(other[3]))
            .map(([name]) => String(name)),
          indexes: Object.fromEntries(
            indexes.map(([name, unique, partial]) => [
              name,
              {
                columns: all(`SELECT name FROM pragma_index_info('${name}') ORDER BY seqno`).flat().map(String),
                unique: unique === 1,
                partial: partial === 1,
              },
            ]),
          ),
          foreignKeys: all(
            `SELECT "from" || ' to ' || "table" || '.' || "to" || ' on delete ' || lower(on_delete) FROM pragma_foreign_key_list('${table}')`,
          )
            .flat()
            .map(String)
            .sort(),
          checks: Array.from(String(sql).matchAll(/CONSTRAINT "(\w+)" CHECK/g), ([, name = '']) => name).sort(),
        },
      ]
    })
    raw.close()
    return Object.fromEntries(shapes)
  }

  async function readPostgresql(): Promise<Record<string, Shape>> {
    const connection = await postgresql.connections.connect()
    const all = (text: string, values: unknown[] = []) => connection.query({ text, values })
    const shapes: Record<string, Shape> = {}
    for (const [table] of await all("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")) {
      const columns = await all(
        'SELECT column_name::text, udt_name::text, is_nullable::text FROM information_schema.columns WHERE table_name = $1',
        [table],
      )
      const indexes = await all(
        `SELECT class.relname::text, indisunique, indpred IS NOT NULL, indisprimary,
           (SELECT json_agg(attname ORDER BY position)::text FROM unnest(indkey::int[]) WITH ORDINALITY AS key (number, position)
            JOIN pg_attribute ON attrelid = indrelid AND attnum = number)
         FROM pg_index JOIN pg_class class ON class.oid = indexrelid WHERE indrelid = $1::text::regclass`,
        [table],
      )
      const constraints = await all(
        `SELECT contype::text, conname::text, confrelid::regclass::text, confdeltype::text,
           (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)),
           (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = confrelid AND attnum = ANY (confkey))
         FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype IN ('f', 'c')`,
        [table],
      )
      const onDelete: Record<string, string> = { a: 'no action', c: 'cascade', n: 'set null' }
      const indexed = indexes.map(([name, unique, partial, primary, names]) => ({
        name: String(name),
        primary,
        shape: { columns: JSON.parse(String(names)), unique: unique === true, partial: partial === true },
      }))
      shapes[String(table)] = {
        columns: Object.fromEntries(
          columns.map(([name, type, nullable]) => [
            name,
            { type: keptAs[String(type)] ?? `unknown: ${type}`, nullable: nullable === 'YES' },
          ]),
        ),
        primaryKey: indexed.find(({ primary }) => primary)?.shape.columns ?? [],
        indexes: Object.fromEntries(indexed.flatMap(({ name, primary, shape }) => (primary ? [] : [[name, shape]]))),
        foreignKeys: constraints
          .filter(([type]) => type === 'f')
          .map(([, , other, deletion, own, its]) => `${own} to ${other}.${its} on delete ${onDelete[String(deletion)]}`)
          .sort(),
        checks: constraints.flatMap(([type, name]) => (type === 'c' ? [String(name)] : [])).sort(),
      }
    }
    connection.release()
    return shapes
  }

  it('have the same tables', () => {
    expect(Object.keys(onPostgresql).sort()).toEqual(Object.keys(onSqlite).sort())
    expect(Object.keys(onSqlite).length).toBeGreaterThan(10)
  })

  it('have the same columns, of types that keep the same, null where the other may be', () => {
    const columns = (shapes: Record<string, Shape>) =>
      Object.entries(shapes).map(([table, shape]) => [table, shape.columns])
    expect(Object.fromEntries(columns(onPostgresql))).toEqual(Object.fromEntries(columns(onSqlite)))
  })

  it.each(['primaryKey', 'indexes', 'foreignKeys', 'checks'] as const)('have the same %s', (part) => {
    const parts = (shapes: Record<string, Shape>) =>
      Object.fromEntries(Object.entries(shapes).map(([table, shape]) => [table, shape[part]]))
    expect(parts(onPostgresql)).toEqual(parts(onSqlite))
    // Read at all: two readers that find nothing would agree.
    expect(JSON.stringify(parts(onSqlite)).length).toBeGreaterThan(400)
  })

  it('compare every text by its bytes', async () => {
    const connection = await postgresql.connections.connect()
    const others = await connection.query({
      text: "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'",
    })
    connection.release()
    expect(others.filter(([table]) => table !== 'migrations')).toEqual([])
  })
})
