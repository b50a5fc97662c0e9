import { open } from 'node:fs/promises'
import type { Database as Connection } from 'better-sqlite3'
import { DatabaseError } from './database-error.ts'
import { fileOf } from './sqlite-connections.ts'

/** Brings what is committed onto the disk, without the event loop waiting for it. */
export interface WalSync {
  /**
   * Resolves once all that was committed before it stands on the disk. Those who wait at the same time share one wait.
   *
   * @throws DatabaseError when the disk failed, also at an earlier commit
   */
  sync(): Promise<void>
  /** @throws DatabaseError when the disk has failed at an earlier commit */
  check(): void
  /** Waits for those who wait. */
  close(): Promise<void>
}

/**
 * Takes SQLite's own wait for the disk out of its commit: with `synchronous = NORMAL` that writes to the write-ahead log
 * alone, and what makes a commit last is that the log has been brought to the disk up to it. Others may read a commit
 * before it lasts; nobody is told that it was made.
 *
 * Once the disk has failed it stays failed until the database is opened anew: what the system held of the log may be
 * gone, and with it the sense of whatever is written after it.
 *
 * @param connection - in WAL mode, of a file
 * @see https://sqlite.org/pragma.html#pragma_synchronous
 */
export async function openWalSync(connection: Connection): Promise<WalSync> {
  // SQLite takes no locks on the log, so that closing it here loses none (POSIX).
  const file = await open(`${fileOf(connection)}-wal`, 'r+')
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null
  let failure: DatabaseError | null = null

  async function syncAfter(earlier: Promise<void>): Promise<void> {
    await earlier
    // Whoever comes from here on has committed something that this one may miss.
    next = null
    try {
      await file.datasync()
    } catch (error) {
      failure = DatabaseError.from(error)
      throw failure
    }
  }

  function sync(): Promise<void> {
    if (next) return next
    next = syncAfter(last)
    last = next
    return next
  }

  return {
    sync,
    check() {
      if (failure) throw failure
    },
    async close() {
      await last.catch(() => undefined)
      await file.close()
    },
  }
}
