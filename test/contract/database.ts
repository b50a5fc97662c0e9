import { inspect } from 'node:util'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseError } from '../../src/database/database-error.ts'
import type { TestDatabase } from '../support/database.ts'
import type { OpenDatabase } from './fixtures.ts'

const at = new Date('2026-01-01T00:00:00.000Z')
const row = (id: string) => ({
  id,
  name: id,
  email: `${id}@example.com`,
  canonicalEmail: `${id}@example.com`,
  createdAt: at,
})

/** What stores rely on, of a database that several may use at once. */
export function databaseContract(open: OpenDatabase) {
  describe('Database', () => {
    let test: TestDatabase

    beforeEach(async () => {
      test = await open()
    })
    afterEach(() => test.close())

    const insert = async (id: string) => {
      await test.database.db.insert(test.database.tables.users).values(row(id))
    }
    const ids = async () => {
      const { db, tables } = test.database
      const rows = await db.select({ id: tables.users.id }).from(tables.users).orderBy(tables.users.id)
      return rows.map(({ id }) => id)
    }
    const { promise: never } = Promise.withResolvers<void>()

    describe('transaction()', () => {
      it('keeps everything when the work ends well', async () => {
        const result = await test.database.transaction(async () => {
          await insert('a')
          await insert('b')
          return 'done'
        })
        expect(result).toBe('done')
        expect(await ids()).toEqual(['a', 'b'])
      })

      it('keeps nothing when the work throws, and throws the same', async () => {
        const fault = new Error('changed my mind')
        await expect(
          test.database.transaction(async () => {
            await insert('a')
            throw fault
          }),
        ).rejects.toBe(fault)
        expect(await ids()).toEqual([])
      })

      it('reads inside what it wrote, and nobody else does before its end', async () => {
        const written = Promise.withResolvers<void>()
        const release = Promise.withResolvers<void>()
        const inside = test.database.transaction(async () => {
          await insert('a')
          written.resolve()
          await release.promise
          return ids()
        })
        await written.promise
        expect(await ids()).toEqual([])
        release.resolve()
        expect(await inside).toEqual(['a'])
        expect(await ids()).toEqual(['a'])
      })

      it('loses no update of twenty that read, wait and write', async () => {
        const { db, tables, transaction } = test.database
        await insert('counter')
        await db.update(tables.users).set({ name: '0' })
        const increment = () =>
          transaction(async () => {
            const rows = await db.select({ name: tables.users.name }).from(tables.users)
            await Promise.resolve()
            await db.update(tables.users).set({ name: String(Number(rows[0]?.name) + 1) })
          })
        await Promise.all(Array.from({ length: 20 }, increment))
        expect(await db.select({ name: tables.users.name }).from(tables.users)).toEqual([{ name: '20' }])
      })

      it('joins an inner one to the outer', async () => {
        const { transaction } = test.database
        await expect(
          transaction(async () => {
            await transaction(() => insert('inner'))
            throw new Error('outer fails')
          }),
        ).rejects.toThrow('outer fails')
        expect(await ids()).toEqual([])
        await transaction(async () => {
          await insert('outer')
          await transaction(() => insert('inner'))
        })
        expect(await ids()).toEqual(['inner', 'outer'])
      })

      it('keeps nothing when an inner one failed, even if the outer caught it', async () => {
        const { transaction } = test.database
        const outer = transaction(async () => {
          await insert('before')
          await transaction(async () => {
            await insert('inner')
            throw new Error('inner fails')
          }).catch(() => undefined)
        })
        await expect(outer).rejects.toThrow('inner fails')
        expect(await ids()).toEqual([])
      })

      it('runs nothing after a statement that failed, even if that was caught', async () => {
        await insert('taken')
        const outer = test.database.transaction(async () => {
          await insert('before')
          await insert('taken').catch(() => undefined)
          await insert('after').catch(() => undefined)
        })
        await expect(outer).rejects.toMatchObject({ violation: 'UNIQUE' })
        expect(await ids()).toEqual(['taken'])
      })

      it('refuses work that outlives it', async () => {
        const late = Promise.withResolvers<void>()
        let escaped: Promise<void> = never
        await test.database.transaction(async () => {
          await insert('a')
          escaped = late.promise.then(() => insert('late'))
        })
        const refused = expect(escaped).rejects.toMatchObject({ name: 'DatabaseError', code: 'TRANSACTION_OVER' })
        late.resolve()
        await refused
        expect(await ids()).toEqual(['a'])
      })

      it('refuses an inner transaction that outlives it', async () => {
        const late = Promise.withResolvers<void>()
        let escaped: Promise<void> = never
        await test.database.transaction(async () => {
          escaped = late.promise.then(() => test.database.transaction(() => insert('late')))
        })
        const refused = expect(escaped).rejects.toMatchObject({ code: 'TRANSACTION_OVER' })
        late.resolve()
        await refused
        expect(await ids()).toEqual([])
      })

      it('starts inside it the query that its work hands back without awaiting', async () => {
        const { db, tables, transaction } = test.database
        await transaction(() => db.insert(tables.users).values(row('a')))
        expect(await ids()).toEqual(['a'])
      })

      it('goes on after one that failed', async () => {
        await expect(test.database.transaction(() => Promise.reject(new Error('first')))).rejects.toThrow('first')
        await test.database.transaction(() => insert('second'))
        expect(await ids()).toEqual(['second'])
      })

      it('keeps one of two that each read what the other writes', async () => {
        const { db, tables, transaction } = test.database
        for (const id of ['a', 'b']) await insert(id)
        // Each finds two left and takes itself: both together would leave none.
        const leave = (id: string) =>
          transaction(async () => {
            if ((await ids()).length < 2) throw new Error('the last one stays')
            await db.delete(tables.users).where(eq(tables.users.id, id))
          })
        const outcomes = await Promise.allSettled([leave('a'), leave('b')])
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
        expect(await ids()).toHaveLength(1)
      })
    })

    describe('statements', () => {
      it('read without waiting for a transaction that writes', async () => {
        await insert('a')
        const release = Promise.withResolvers<void>()
        const open = test.database.transaction(async () => {
          await insert('b')
          await release.promise
        })
        expect(await ids()).toEqual(['a'])
        release.resolve()
        await open
      })

      it('see what was written before them', async () => {
        for (const id of ['a', 'b', 'c']) {
          await insert(id)
          expect(await ids()).toContain(id)
        }
      })

      it('fail without telling the values of their parameters', async () => {
        const { db, tables } = test.database
        await insert('a')
        const secret = 'hunter2-hunter2'
        await db.insert(tables.users).values({ ...row('b'), canonicalEmail: secret })
        const statements = [
          () => db.insert(tables.users).values({ ...row('a'), name: secret }),
          () =>
            db
              .insert(tables.users)
              .values({ ...row('a'), name: secret })
              .returning(),
          () => db.insert(tables.users).values({ ...row('c'), canonicalEmail: secret }),
          () => db.update(tables.users).set({ id: secret }),
          () =>
            db
              .insert(tables.credentials)
              .values({ userId: secret, kind: 'PASSWORD', secret, createdAt: at, updatedAt: at }),
          () => test.database.transaction(() => db.update(tables.users).set({ canonicalEmail: secret })),
        ]
        for (const statement of statements) {
          const failure: unknown = await Promise.resolve()
            .then<unknown>(statement)
            .catch((error: unknown) => error)
          expect(failure).toBeInstanceOf(DatabaseError)
          expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(secret)
        }
      })

      it('tell which kind of constraint they broke', async () => {
        const { db, tables } = test.database
        const { users, sessions, credentials, documents } = tables
        await insert('a')
        const document = { id: 'd', title: 't', body: 'b', published: false, version: 1, createdAt: at, updatedAt: at }
        await expect(db.insert(users).values({ ...row('b'), id: 'a' })).rejects.toMatchObject({
          violation: 'UNIQUE',
        })
        await expect(db.insert(users).values({ ...row('b'), canonicalEmail: 'a@example.com' })).rejects.toMatchObject({
          violation: 'UNIQUE',
        })
        await expect(
          db
            .insert(credentials)
            .values({ userId: 'nobody', kind: 'PASSWORD', secret: 's', createdAt: at, updatedAt: at }),
        ).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
        await expect(db.insert(documents).values({ ...document, ownerId: 'a', version: 0 })).rejects.toMatchObject({
          violation: 'CHECK',
        })
        await db.insert(documents).values({ ...document, ownerId: 'a' })
        await expect(db.delete(users).where(eq(users.id, 'a'))).rejects.toMatchObject({ violation: 'FOREIGN_KEY' })
        expect(await db.select().from(sessions)).toEqual([])
        expect(await ids()).toEqual(['a'])
      })
    })

    describe('close()', () => {
      it('waits for the transaction under way', async () => {
        const release = Promise.withResolvers<void>()
        const open = test.database.transaction(async () => {
          await release.promise
          await insert('a')
        })
        const closed = test.database.close()
        release.resolve()
        await Promise.all([open, closed])
        await expect(ids()).rejects.toBeInstanceOf(DatabaseError)
      })

      it('refuses reads, writes and pings from then on', async () => {
        await expect(test.database.ping()).resolves.toBeUndefined()
        await test.database.close()
        await expect(ids()).rejects.toBeInstanceOf(DatabaseError)
        await expect(insert('a')).rejects.toBeInstanceOf(DatabaseError)
        await expect(test.database.transaction(() => insert('a'))).rejects.toBeInstanceOf(DatabaseError)
        await expect(test.database.ping()).rejects.toBeInstanceOf(DatabaseError)
      })
    })
  })
}
