/** What a statement does, without any of its values: for attributes of metrics and spans. */
export interface StatementKind {
  /** `SELECT`, `COMMIT` and so on. */
  operation: string
  /** The first table that it names; null where it names none. */
  table: string | null
}

/** Reads the text of a statement as stores write them: keywords in either case, names in double quotes. */
export function statementKind(sql: string): StatementKind {
  const [, operation = 'OTHER'] = /^\s*([a-z]+)\b/i.exec(sql) ?? []
  const [, table] = /\b(?:from|into|update)\s+"(\w+)"/i.exec(sql) ?? []
  return { operation: operation.toUpperCase(), table: table ?? null }
}
