import { endianness } from 'node:os'
import type { Database as Connection } from 'better-sqlite3'
import { createThreads } from '../threads.ts'
import type { Exclusive } from './mutex.ts'
import { fileOf } from './sqlite-connections.ts'
import { headerLength, openWalIndex } from './sqlite-wal-index.ts'

/** Brings the write-ahead log into the database file, in a thread of its own. */
export interface Checkpoints {
  /** To be called after each commit. */
  committed(): void
  /** Waits for the one under way, begins no other. To be called while the connection is open, by nobody who writes. */
  close(): Promise<void>
}

/** Pages of the log, which is when SQLite would do it within a commit. */
const pagesWanted = 1000
/** Where SQLite does do it within a commit: the thread is not there, or cannot keep up. */
const pagesAtMost = 8 * pagesWanted

/**
 * Takes checkpoints out of the commits of a connection: one reads thousands of pages, writes them elsewhere and waits
 * for the disk twice, which held up everybody else for 5 to 30 ms. There is no thread as long as little is written.
 *
 * @param writer - in WAL mode, of a file
 * @param exclusive - what its transactions take their turns by
 * @see https://sqlite.org/wal.html#ckpt
 */
export function createCheckpoints(writer: Connection, exclusive: Exclusive): Checkpoints {
  writer.pragma(`wal_autocheckpoint = ${pagesAtMost}`)
  const path = fileOf(writer)
  const index = openWalIndex(`${path}-shm`)
  const header = Buffer.alloc(headerLength)
  const thread = createThreads(new URL('./sqlite-checkpoint-worker.ts', import.meta.url), { most: 1 })
  /** Pages of the log when the last one began. */
  let last = 0
  let isClosed = false
  let underWay: Promise<void> | null = null

  const pagesInLog = () => (index.read(header) ? readPages(header) : 0)

  async function checkpoint(): Promise<void> {
    try {
      await thread.run(path)
      // The log is begun anew by a commit that finds all of it in the database. Where commits never cease, none does:
      // then they wait once, and they alone.
      if (pagesInLog() >= 2 * pagesWanted && !isClosed) await exclusive(() => thread.run(path))
    } catch {
      // The log grows until SQLite does it within a commit, which fails if it must.
    }
    underWay = null
  }

  return {
    committed() {
      if (underWay || isClosed) return
      const pages = pagesInLog()
      if (pages < last) last = 0
      // What a reader elsewhere holds back is not tried anew with each commit.
      if (pages - last < pagesWanted) return
      last = pages
      underWay = checkpoint()
    },
    async close() {
      isClosed = true
      await underWay
      await thread.close()
      index.close()
    },
  }
}

/** @see https://sqlite.org/walformat.html#the_wal_index_header, mxFrame */
function readPages(header: Buffer): number {
  return new DataView(header.buffer, header.byteOffset).getUint32(16, endianness() === 'LE')
}
