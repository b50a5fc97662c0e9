import { statSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Queries } from '../../src/database/database.ts'
import { DatabaseError } from '../../src/database/database-error.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

/** A disk that brings nothing to itself before it is told to. */
async function createSlowDisk(path: string) {
  const any = await open(path, 'r')
  const prototype: FileHandle = Object.getPrototypeOf(any)
  const { datasync } = prototype
  await any.close()
  const waiting: PromiseWithResolvers<void>[] = []
  const files: number[] = []
  const spy = vi.spyOn(prototype, 'datasync').mockImplementation(async function (this: FileHandle) {
    files.push((await this.stat()).ino)
    const released = Promise.withResolvers<void>()
    waiting.push(released)
    await released.promise
    await datasync.call(this)
  })
  /** Waits until so many syncs in all were asked for. */
  const asked = (count: number) => expect.poll(() => waiting.length).toBe(count)
  return { waiting, files, asked, spy }
}

describe('a commit', () => {
  let test: TestDatabase
  let disk: Awaited<ReturnType<typeof createSlowDisk>>

  beforeEach(async () => {
    test = await openTestDatabase()
    disk = await createSlowDisk(test.path)
  })
  afterEach(async () => {
    for (const { resolve } of disk.waiting) resolve()
    disk.spy.mockRestore()
    await test.close()
  })

  const insertBy = async (queries: Queries, id: string) => {
    const createdAt = new Date(0)
    await queries
      .insert(test.database.tables.users)
      .values({ id, name: id, email: `${id}@example.com`, canonicalEmail: `${id}@example.com`, createdAt })
  }
  const insert = (id: string) => insertBy(test.database.db, id)
  const follow = (work: Promise<unknown>) => {
    const state = { isOver: false }
    const end = () => {
      state.isOver = true
    }
    work.then(end, end)
    return state
  }
  const ids = () => {
    const raw = new BetterSqlite3(test.path, { readonly: true })
    const found = raw.prepare('SELECT id FROM users ORDER BY id').pluck().all()
    raw.close()
    return found
  }

  it.each([
    ['of a transaction', () => test.database.transaction(() => insert('a'))],
    ['of a statement by itself', () => insert('a')],
  ])('%s is told of only once the log is on the disk', async (_, write) => {
    const told = follow(write())
    await disk.asked(1)
    await sleep(20)
    expect(told.isOver).toBe(false)
    expect(disk.files).toEqual([statSync(`${test.path}-wal`).ino])
    disk.waiting[0]?.resolve()
    await expect.poll(() => told.isOver).toBe(true)
    expect(ids()).toEqual(['a'])
  })

  it('holds up nobody who reads or writes meanwhile', async () => {
    const first = follow(insert('a'))
    await disk.asked(1)
    const rows = await test.database.db.select({ id: test.database.tables.users.id }).from(test.database.tables.users)
    expect(rows).toEqual([{ id: 'a' }])
    const second = follow(insert('b'))
    await expect.poll(ids).toEqual(['a', 'b'])
    expect([first.isOver, second.isOver]).toEqual([false, false])
  })

  it('that comes while the disk is busy waits for the next time, which all who came by then share', async () => {
    const first = follow(insert('a'))
    await disk.asked(1)
    const others = ['b', 'c', 'd'].map((id) => follow(test.database.transaction(() => insert(id))))
    await expect.poll(ids).toEqual(['a', 'b', 'c', 'd'])
    disk.waiting[0]?.resolve()
    await expect.poll(() => first.isOver).toBe(true)
    await disk.asked(2)
    await sleep(20)
    expect(others.map(({ isOver }) => isOver)).toEqual([false, false, false])
    disk.waiting[1]?.resolve()
    await expect.poll(() => others.map(({ isOver }) => isOver)).toEqual([true, true, true])
    expect(disk.waiting).toHaveLength(2)
  })

  it('of what may be lost waits for no disk', async () => {
    await insertBy(test.database.relaxed, 'a')
    expect(disk.waiting).toHaveLength(0)
    expect(ids()).toEqual(['a'])
  })

  it('that was rolled back waits for no disk either', async () => {
    const failing = test.database.transaction(async () => {
      await insert('a')
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(disk.waiting).toHaveLength(0)
  })

  it('fails where the disk does, with all that come after it, which write nothing', async () => {
    const writing = insert('a').catch((error) => error)
    await disk.asked(1)
    disk.waiting[0]?.reject(Object.assign(new Error('i/o error'), { code: 'EIO' }))
    expect(await writing).toBeInstanceOf(DatabaseError)
    for (const write of [
      () => insert('b'),
      () => insertBy(test.database.relaxed, 'b'),
      () => test.database.transaction(() => insert('b')),
      () => test.database.ping(),
    ])
      await expect(write()).rejects.toMatchObject({ code: 'EIO' })
    expect(ids()).not.toContain('b')
    expect(disk.waiting).toHaveLength(1)
  })

  it('is waited for by close()', async () => {
    const told = follow(insert('a'))
    await disk.asked(1)
    const closed = follow(test.database.close())
    await sleep(20)
    expect([told.isOver, closed.isOver]).toEqual([false, false])
    disk.waiting[0]?.resolve()
    await expect.poll(() => [told.isOver, closed.isOver]).toEqual([true, true])
  })
})
