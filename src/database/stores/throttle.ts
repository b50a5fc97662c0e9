import { and, type Column, eq, lte, or, type SQL, sql } from 'drizzle-orm'
import type { ThrottleStore } from '../../identity/throttle-store.ts'
import type { Database } from '../database.ts'

/**
 * Milliseconds after which a run of failures is forgotten when its next attempt has not come: long enough that waiting
 * for it is no way around the throttle, short enough that addresses tried once do not stay for ever.
 */
const backoffKept = 30 * 24 * 60 * 60 * 1000

/**
 * What is counted reaches the disk with what becomes of the attempt, a session or a failure that is recorded: it is
 * waited for once, then. Where nothing is recorded, a loss of power may take back the last counts.
 */
export function createThrottleStore({ relaxed: db, tables: { throttleCounters: counters } }: Database): ThrottleStore {
  const isOf = (kind: 'WINDOW' | 'BACKOFF', key: string) => and(eq(counters.kind, kind), eq(counters.key, key))
  const target = [counters.kind, counters.key]
  const backoff = { failures: counters.count, retryAt: counters.until }
  // The cast tells PostgreSQL the type of a bare parameter; on SQLite it changes nothing.
  const instant = (at: Date) => sql`cast(${sql.param(at, counters.until)} as ${sql.raw(counters.until.getSQLType())})`
  const later = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000)

  /** Counts a failure, or gives null when it comes too early. */
  const count = async (key: string, waits: readonly number[], now: Date) => {
    const retryAt = (failures: number) => later(now, waits[Math.min(failures, waits.length) - 1] ?? 0)
    const failures = sql`${counters.count} + 1`
    const cases = sql.join(
      waits.map((_, index) => sql`when ${index + 1} then ${instant(retryAt(index + 1))}`),
      sql` `,
    )
    /** When the next attempt may come if the one that makes so many failures is made now. */
    const untilAfter = (count: SQL | Column) => sql`case ${count} ${cases} else ${instant(retryAt(waits.length))} end`
    // One that ends later than if it began now was begun by a clock that has been set back since.
    const isOver = or(lte(counters.until, now), sql`${counters.until} > ${untilAfter(counters.count)}`)
    const rows = await db
      .insert(counters)
      .values({ kind: 'BACKOFF', key, count: 1, until: retryAt(1) })
      .onConflictDoUpdate({
        target,
        set: {
          count: failures,
          until: untilAfter(failures),
        },
        setWhere: isOver,
      })
      .returning(backoff)
    return rows[0]
  }
  const read = async (key: string) => {
    const rows = await db.select(backoff).from(counters).where(isOf('BACKOFF', key))
    return rows[0]
  }

  return {
    async hit(key, windowSeconds, now) {
      // One that ends later than it could was opened by a clock that has been set back since.
      const latest = instant(later(now, windowSeconds))
      const isOpen = sql`${counters.until} > ${instant(now)} and ${counters.until} <= ${latest}`
      const rows = await db
        .insert(counters)
        .values({ kind: 'WINDOW', key, count: 1, until: later(now, windowSeconds) })
        .onConflictDoUpdate({
          target,
          set: {
            count: sql`case when ${isOpen} then ${counters.count} + 1 else 1 end`,
            until: sql`case when ${isOpen} then ${counters.until} else excluded.until end`,
          },
        })
        .returning({ count: counters.count, windowEndsAt: counters.until })
      if (!rows[0]) throw new TypeError('A hit returns its counter')
      return rows[0]
    },
    async attempt(key, waits, now) {
      for (;;) {
        const counted = await count(key, waits, now)
        if (counted) return { admitted: true, ...counted }
        const standing = await read(key)
        // A success may have cleared it between the two statements: then the attempt is the first again.
        if (standing) return { admitted: false, ...standing }
      }
    },
    async clear(key) {
      await db.delete(counters).where(or(isOf('WINDOW', key), isOf('BACKOFF', key)))
    },
    async purge(now, limit) {
      const spent = db
        .select({ kind: counters.kind, key: counters.key })
        .from(counters)
        .where(
          or(
            and(eq(counters.kind, 'WINDOW'), lte(counters.until, now)),
            and(eq(counters.kind, 'BACKOFF'), lte(counters.until, new Date(now.getTime() - backoffKept))),
          ),
        )
        .limit(limit)
      const rows = await db
        .delete(counters)
        .where(sql`(${counters.kind}, ${counters.key}) in ${spent}`)
        .returning({ key: counters.key })
      return rows.length
    },
  }
}
