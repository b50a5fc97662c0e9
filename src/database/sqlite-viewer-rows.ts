import type { Database as Connection } from 'better-sqlite3'
import type { ViewerRows } from './database.ts'
import { DatabaseError } from './database-error.ts'
import { createDataVersion } from './sqlite-data-version.ts'

/** Where it is written whose rows they are, and what of them is watched: nobody has read a session that is new. */
const watched = [
  { table: 'sessions', column: 'user_id', events: ['UPDATE', 'DELETE'] },
  { table: 'users', column: 'id', events: ['INSERT', 'UPDATE', 'DELETE'] },
  { table: 'role_assignments', column: 'user_id', events: ['INSERT', 'UPDATE', 'DELETE'] },
]

/** Users that one transaction is told apart for: past them it has changed everybody. */
const mostTold = 1000

/** The writer's own view of {@link ViewerRows}. */
export interface WatchedRows extends Pick<ViewerRows, 'onChange' | 'arrive'> {
  version(): number
  /** Tells of what was changed since: it has been committed. */
  committed(): void
  /** To be called only once the writer is closed. */
  close(): void
}

/**
 * Has SQLite itself tell whose rows the writing connection changes, by triggers that are that connection's alone:
 * whatever statement it was, also a cascade of foreign keys.
 *
 * @see https://sqlite.org/lang_createtrigger.html
 */
export function watchViewerRows(writer: Connection): WatchedRows {
  const changed = new Set<string>()
  const listeners: Parameters<ViewerRows['onChange']>[0][] = []
  // Otherwise no trigger is told of rows that REPLACE deletes.
  writer.pragma('recursive_triggers = ON')
  writer.function('viewer_changed', { directOnly: false }, (userId: unknown) => {
    if (changed.size <= mostTold) changed.add(String(userId))
    return null
  })
  for (const { table, column, events } of watched)
    for (const event of events) {
      const rows = event === 'UPDATE' ? ['OLD', 'NEW'] : [event === 'INSERT' ? 'NEW' : 'OLD']
      const calls = rows.map((row) => `viewer_changed(${row}.${column})`).join()
      writer.exec(
        `CREATE TEMP TRIGGER viewer_${table}_${event} AFTER ${event} ON main.${table} BEGIN SELECT ${calls}; END`,
      )
    }
  const version = createDataVersion(writer)

  return {
    version() {
      try {
        return version.read()
      } catch (error) {
        throw DatabaseError.from(error)
      }
    },
    arrive: version.arrive,
    onChange: (listener) => listeners.push(listener),
    committed() {
      if (changed.size === 0) return
      const users = [...changed]
      changed.clear()
      for (const listener of listeners)
        if (users.length > mostTold) listener('everybody')
        else for (const user of users) listener({ user })
    },
    close: version.close,
  }
}
