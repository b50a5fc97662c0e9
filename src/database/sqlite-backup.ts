import { chmodSync, closeSync, existsSync, openSync, rmSync } from 'node:fs'
import BetterSqlite3 from 'better-sqlite3'
import { ConflictError, InputError } from '../errors.ts'

/**
 * Copies a SQLite database as it is at one instant, by SQLite's own online backup, while others read and write it, and
 * checks the copy. It is complete in one file, for its owner alone.
 *
 * @returns the bytes of the copy
 * @throws ConflictError when there is something at `to` already, InputError when there is no database at `from`
 */
export async function backupSqlite(from: string, to: string): Promise<number> {
  if (!existsSync(from)) throw new InputError('DATABASE_URL', `There is no database at ${from}`)
  createFor(to)
  try {
    const source = new BetterSqlite3(from, { readonly: true, timeout: 5_000 })
    try {
      // All pages in one step: a backup that takes several begins anew whenever somebody writes between them.
      await source.backup(to, { progress: ({ remainingPages }) => remainingPages })
    } finally {
      source.close()
    }
    return check(to)
  } catch (error) {
    rmSync(to, { force: true })
    throw error
  }
}

function createFor(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new ConflictError(`There is a file ${path} already`)
    throw error
  }
}

function check(path: string): number {
  chmodSync(path, 0o600)
  const copy = new BetterSqlite3(path)
  try {
    // One file: what is restored needs no `-wal` beside it.
    copy.pragma('journal_mode = DELETE')
    const faults = copy.pragma('integrity_check', { simple: true })
    if (faults !== 'ok') throw new Error(`The copy is not whole: ${faults}`)
    return Number(copy.pragma('page_count', { simple: true })) * Number(copy.pragma('page_size', { simple: true }))
  } finally {
    copy.close()
  }
}
