import { closeSync, openSync, readSync, statSync } from 'node:fs'

/** The first bytes of a database's WAL index: both copies of its header. */
export interface WalIndex {
  /** Fills `header`; false where that cannot be done. */
  read(header: Buffer): boolean
  /** To be called only once its connection is closed. */
  close(): void
}

/** An index's counter and checksums are others after each commit. Whoever was killed within one left two unlike copies. */
export const headerLength = 96

interface OpenFile {
  key: string
  file: number
  users: number
}

/** Each file once: as soon as a process closes one, it loses all locks that it has on it, SQLite's too (POSIX). */
const open = new Map<string, OpenFile>()

/** @see https://sqlite.org/walformat.html#the_wal_index_header */
export function openWalIndex(path: string): WalIndex {
  let shared = share(path)
  return {
    read(header) {
      try {
        return shared !== null && readSync(shared.file, header, 0, header.length, 0) === header.length
      } catch {
        return false
      }
    },
    close() {
      if (shared && --shared.users === 0) {
        open.delete(shared.key)
        closeSync(shared.file)
      }
      shared = null
    },
  }
}

/** Null where it is no file of its own, or not to be read. */
function share(path: string): OpenFile | null {
  try {
    const { dev, ino } = statSync(path)
    const key = `${dev}:${ino}`
    const shared = open.get(key) ?? { key, file: openSync(path, 'r'), users: 0 }
    shared.users++
    open.set(key, shared)
    return shared
  } catch {
    return null
  }
}
