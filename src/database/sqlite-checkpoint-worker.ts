import BetterSqlite3 from 'better-sqlite3'

/**
 * Brings as much of a write-ahead log into its database as can be without waiting for anybody, in a thread of its own.
 *
 * @param path - of the database
 */
export default function checkpoint(path: string): void {
  const connection = new BetterSqlite3(path, { fileMustExist: true })
  try {
    connection.pragma('wal_checkpoint(PASSIVE)')
  } finally {
    connection.close()
  }
}
