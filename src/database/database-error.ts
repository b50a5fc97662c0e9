/** The kind of constraint that a statement would have broken. */
export type Violation = 'UNIQUE' | 'FOREIGN_KEY' | 'NOT_NULL' | 'CHECK'

const violations: Record<string, Violation> = {
  SQLITE_CONSTRAINT_UNIQUE: 'UNIQUE',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'UNIQUE',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'FOREIGN_KEY',
  SQLITE_CONSTRAINT_NOTNULL: 'NOT_NULL',
  SQLITE_CONSTRAINT_CHECK: 'CHECK',
  // SQLSTATE, class 23.
  '23505': 'UNIQUE',
  '23503': 'FOREIGN_KEY',
  '23502': 'NOT_NULL',
  '23514': 'CHECK',
}

/**
 * What the database refused. Its message names tables and columns and never holds a value: Drizzle's own error, which
 * lists all parameters, does not leave this folder.
 */
export class DatabaseError extends Error {
  /** The database's own code: `SQLITE_CONSTRAINT_UNIQUE`, `SQLITE_FULL`; of PostgreSQL the SQLSTATE, `23505`. */
  readonly code: string
  /** The constraint at fault, or null when it was something else. */
  readonly violation: Violation | null

  constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'DatabaseError'
    this.code = code
    this.violation = violations[code] ?? null
  }

  static from(error: unknown): DatabaseError {
    if (error instanceof DatabaseError) return error
    if (!(error instanceof Error)) return new DatabaseError('The database failed', 'UNKNOWN', error)
    return new DatabaseError(error.message, 'code' in error ? String(error.code) : 'UNKNOWN', error)
  }
}
