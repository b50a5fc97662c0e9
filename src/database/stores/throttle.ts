import { and, type Column, eq, lte, or, type SQL, sql } from 'drizzle-orm'
import type { ThrottleStore } from '../../identity/throttle-store.ts'
import type { Database } from '../database.ts'
import { prepareByShape } from './prepare-by-shape.ts'

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
  const isOf = (kind: 'WINDOW' | 'BACKOFF') => and(eq(counters.kind, kind), eq(counters.key, sql.placeholder('key')))
  const target = [counters.kind, counters.key]
  const backoff = { failures: counters.count, retryAt: counters.until }
  const until = (name: string) => sql.param(sql.placeholder(name), counters.until)
  // The cast tells PostgreSQL the type of a bare parameter; on SQLite it changes nothing.
  const instant = (name: string) => sql`cast(${until(name)} as ${sql.raw(counters.until.getSQLType())})`
  const later = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000)

  // One that ends later than it could was opened by a clock that has been set back since.
  const isOpen = sql`${counters.until} > ${instant('now')} and ${counters.until} <= ${instant('until')}`
  const hit = db
    .insert(counters)
    .values({ kind: 'WINDOW', key: sql.placeholder('key'), count: 1, until: sql.placeholder('until') })
    .onConflictDoUpdate({
      target,
      set: {
        count: sql`case when ${isOpen} then ${counters.count} + 1 else 1 end`,
        until: sql`case when ${isOpen} then ${counters.until} else excluded.until end`,
      },
    })
    .returning({ count: counters.count, windowEndsAt: counters.until })
    .prepare('throttle_hit')

  /**
   * Counts a failure, or gives nothing when it comes too early. `after0` and so on are when the next may come, up to so
   * many failures each, and past the last of these numbers as well.
   */
  const attempt = prepareByShape((lasts: readonly number[]) => {
    const failures = sql`${counters.count} + 1`
    /** When the next attempt may come if the one that makes so many failures is made now. */
    const untilAfter = (count: SQL | Column) => {
      const cases = lasts.map(
        (last, index) => sql`when ${count} <= ${sql.raw(String(last))} then ${instant(`after${index}`)}`,
      )
      return sql`case ${sql.join(cases, sql` `)} else ${instant(`after${lasts.length - 1}`)} end`
    }
    // One that ends later than if it began now was begun by a clock that has been set back since.
    const isOver = or(lte(counters.until, until('now')), sql`${counters.until} > ${untilAfter(counters.count)}`)
    return db
      .insert(counters)
      .values({ kind: 'BACKOFF', key: sql.placeholder('key'), count: 1, until: sql.placeholder('after0') })
      .onConflictDoUpdate({ target, set: { count: failures, until: untilAfter(failures) }, setWhere: isOver })
      .returning(backoff)
      .prepare('throttle_attempt')
  })
  const standing = db.select(backoff).from(counters).where(isOf('BACKOFF')).prepare('throttle_standing')

  const clear = db
    .delete(counters)
    .where(or(isOf('WINDOW'), isOf('BACKOFF')))
    .prepare('throttle_clear')

  const spent = db
    .select({ kind: counters.kind, key: counters.key })
    .from(counters)
    .where(
      or(
        and(eq(counters.kind, 'WINDOW'), lte(counters.until, until('now'))),
        and(eq(counters.kind, 'BACKOFF'), lte(counters.until, until('forgotten'))),
      ),
    )
    .limit(sql.placeholder('limit'))
  const purge = db
    .delete(counters)
    .where(sql`(${counters.kind}, ${counters.key}) in ${spent}`)
    .returning({ key: counters.key })
    .prepare('throttle_purge')

  return {
    async hit(key, windowSeconds, now) {
      const rows = await hit.execute({ key, now, until: later(now, windowSeconds) })
      if (!rows[0]) throw new TypeError('A hit returns its counter')
      return rows[0]
    },
    async attempt(key, waits, now) {
      const lasts = lastsOf(waits)
      const after = Object.fromEntries(lasts.map((last, index) => [`after${index}`, later(now, waits[last - 1] ?? 0)]))
      for (;;) {
        const [counted] = await attempt(lasts).execute({ key, now, ...after })
        if (counted) return { admitted: true, ...counted }
        const [found] = await standing.execute({ key })
        // A success may have cleared it between the two statements: then the attempt is the first again.
        if (found) return { admitted: false, ...found }
      }
    },
    async clear(key) {
      await clear.execute({ key })
    },
    async purge(now, limit) {
      const forgotten = new Date(now.getTime() - backoffKept)
      return (await purge.execute({ now, forgotten, limit })).length
    },
  }
}

/** The last failure after which one waits as long as after the one before it: most of a hundred waits are alike. */
function lastsOf(waits: readonly number[]): number[] {
  return waits.flatMap((wait, index) => (wait === waits[index + 1] ? [] : [index + 1]))
}
