import { endianness } from 'node:os'
import type { Database as Connection } from 'better-sqlite3'
import { createThreads } from '../threads.ts'
import { headerLength, openWalIndex } from './sqlite-wal-index.ts'

/** Brings the write-ahead log into the database file, in a thread of its own. */
export interface Checkpoints {
  /** To be called after each commit. */
  committed(): void
  /** Waits for the one under way. To be called while the connection is open. */
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
 * @see https://sqlite.org/wal.html#ckpt
 */
export function createCheckpoints(writer: Connection): Checkpoints {
  writer.pragma(`wal_autocheckpoint = ${pagesAtMost}`)
  const index = openWalIndex(`${writer.name}-shm`)
  const header = Buffer.alloc(headerLength)
  const thread = createThreads(new URL('./sqlite-checkpoint-worker.ts', import.meta.url), { most: 1 })
  let underWay: Promise<void> | null = null

  async function checkpoint(): Promise<void> {
    try {
      await thread.run(writer.name)
    } catch {
      // The log grows until SQLite does it within a commit, which fails if it must.
    }
    underWay = null
  }

  return {
    committed() {
      if (!underWay && index.read(header) && pagesInLog(header) >= pagesWanted) underWay = checkpoint()
    },
    async close() {
      await underWay
      await thread.close()
      index.close()
    },
  }
}

/** @see https://sqlite.org/walformat.html#the_wal_index_header, mxFrame */
function pagesInLog(header: Buffer): number {
  return new DataView(header.buffer, header.byteOffset).getUint32(16, endianness() === 'LE')
}
