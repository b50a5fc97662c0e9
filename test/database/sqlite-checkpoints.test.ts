import { existsSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { Piscina } from 'piscina'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSqlite } from '../../src/database/sqlite.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

const page = 4096

describe('the write-ahead log', () => {
  let test: TestDatabase

  beforeEach(async () => {
    test = await openTestDatabase()
  })
  afterEach(() => test.close())

  /** Each commit writes some pages. */
  const commit = async (count: number, { db, tables, transaction } = test.database) => {
    for (let index = 0; index < count; index++) {
      const id = crypto.randomUUID()
      const email = `${id}@example.com`
      const text = { id, name: 'x'.repeat(3 * page), email, canonicalEmail: email, createdAt: new Date(0) }
      await transaction(async () => {
        await db.insert(tables.users).values(text)
      })
    }
  }
  const pagesInLog = () => statSync(`${test.path}-wal`).size / page
  const pagesInFile = () => statSync(test.path).size / page

  it('is brought into the database by a thread of its own, and begun anew', async () => {
    const before = pagesInFile()
    await commit(400)
    await expect.poll(pagesInFile).toBeGreaterThan(before + 600)
    for (let round = 0; round < 8; round++) await commit(200)
    // It would have grown by five pages at the least with each of two thousand commits.
    expect(pagesInLog()).toBeLessThan(8000)
    const raw = new BetterSqlite3(test.path, { readonly: true })
    expect(raw.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(raw.prepare('SELECT count(*) FROM users').pluck().get()).toBe(2000)
    raw.close()
  })

  it('does not outgrow what never ceases to be written', async () => {
    let left = 3000
    let most = 0
    const write = async () => {
      while (left-- > 0) {
        await commit(1)
        most = Math.max(most, pagesInLog())
      }
    }
    await Promise.all(Array.from({ length: 32 }, write))
    expect(pagesInFile()).toBeGreaterThan(6000)
    expect(most).toBeLessThan(7500)
  })

  it('of a database that is reached by a link is brought into it too', async () => {
    const link = join(dirname(test.path), 'link.db')
    symlinkSync(test.path, link)
    const linked = await openSqlite({ path: link })
    const before = pagesInFile()
    await commit(600, linked)
    await expect.poll(pagesInFile).toBeGreaterThan(before + 600)
    await linked.close()
  })

  it('is left to SQLite where no thread can be had, and loses nothing', async () => {
    const spy = vi.spyOn(Piscina.prototype, 'run').mockRejectedValue(new Error('no thread'))
    await commit(2000)
    expect(spy).toHaveBeenCalled()
    spy.mockRestore()
    expect(pagesInLog()).toBeLessThan(9000)
    const raw = new BetterSqlite3(test.path, { readonly: true })
    expect(raw.prepare('SELECT count(*) FROM users').pluck().get()).toBe(2000)
    raw.close()
  })

  it('is gone with the last connection, also while the thread works', async () => {
    await commit(400)
    await test.database.close()
    expect(existsSync(`${test.path}-wal`)).toBe(false)
    const raw = new BetterSqlite3(test.path, { readonly: true })
    expect(raw.prepare('SELECT count(*) FROM users').pluck().get()).toBe(400)
    raw.close()
  })
})
