import type { Database as Connection } from 'better-sqlite3'
import { headerLength, openWalIndex, type WalIndex } from './sqlite-wal-index.ts'

/** Tells whether other connections have committed anything. What its own connection commits changes nothing. */
export interface DataVersion {
  /** Another number than before where one has; once more within a turn in which requests arrived, the same. */
  read(): number
  /** Says that a request has arrived. Those that come together are told the same. */
  arrive(): void
  /** To be called only once the connection is closed. */
  close(): void
}

/** Requests that are told the same at most, however many a turn of the event loop brings. */
const mostTogether = 16

/**
 * SQLite alone knows whose a commit was. It is asked only when there was one: by the bytes that it compares itself
 * before each read, to find out whether what it has in memory is still so. That is a quarter of what asking it costs.
 *
 * @param connection - in WAL mode, of a file; it commits once, nothing
 * @see https://sqlite.org/pragma.html#pragma_data_version
 */
export function createDataVersion(connection: Connection): DataVersion {
  const statement = connection.prepare('PRAGMA data_version').pluck()
  // The first to read makes the index.
  statement.get()
  const index = openWalIndex(`${connection.name}-shm`)
  const isLive = showsCommits(index, connection)
  const header = Buffer.alloc(headerLength)
  const known = Buffer.alloc(headerLength)
  let version: number | null = null
  let arrived = 0
  let isAsked = false

  return {
    arrive() {
      // Sockets are read in the event loop's poll phase, and immediates run as soon as that is over: whose socket had
      // nothing to read when it began comes after that. Only what follows on a connection that had, as with pipelining,
      // may be told of a commit that came before it one turn late.
      if (arrived === 0)
        setImmediate(() => {
          arrived = 0
          isAsked = false
        })
      if (arrived++ % mostTogether === 0) isAsked = false
    },
    read() {
      if (isAsked && version !== null) return version
      const isWhole = isLive && index.read(header)
      if (!isWhole || version === null || !header.equals(known)) {
        version = Number(statement.get())
        // As it was before SQLite was asked: what is committed meanwhile makes it another, and is asked about next time.
        if (isWhole) header.copy(known)
      }
      isAsked = arrived > 0
      return version
    },
    close: () => index.close(),
  }
}

/**
 * Whether a commit is seen in the file: one of that name may be of another time, and some file systems do not show to
 * those who read what others have mapped.
 */
function showsCommits(index: WalIndex, connection: Connection): boolean {
  const [before, after] = [Buffer.alloc(headerLength), Buffer.alloc(headerLength)]
  if (!index.read(before)) return false
  try {
    connection.pragma(`user_version = ${connection.pragma('user_version', { simple: true })}`)
  } catch {
    // The disk is full, or another process writes for long.
    return false
  }
  return index.read(after) && !after.equals(before)
}
