import { LRUCache } from 'lru-cache'
import type { SessionRecord, SessionStore } from './session.ts'
import type { ViewerChange } from './viewer-changes.ts'

/** Records kept at a time, some kilobytes each at most. */
const recordsKept = 10_000

/** Remembers session records for a few seconds, so that requests in a row do not each read theirs. */
export interface SessionCache {
  /** The store, but that it may give a record that is as old as the cache lets it be. */
  remember(sessions: SessionStore): SessionStore
  /** Forgets what changed, also what is being read at this moment. */
  forget(change: ViewerChange): void
}

/**
 * Makes a cache of session records. It knows of a change only when it is told: without, it may let in for `seconds`
 * more whose session has ended, or with roles that were withdrawn. Expiry it leaves to whoever reads the record.
 *
 * @param seconds - 0 remembers nothing
 * @param onLookup - told whether a record was there, where somebody counts it
 */
export function createSessionCache(seconds: number, onLookup?: (isHit: boolean) => void): SessionCache {
  if (seconds === 0) return { remember: (sessions) => sessions, forget: () => {} }
  const sessionsOf = new Map<string, Set<string>>()
  const records = new LRUCache<string, SessionRecord>({
    max: recordsKept,
    ttl: seconds * 1000,
    dispose({ user }, id) {
      const ids = sessionsOf.get(user.id)
      ids?.delete(id)
      if (ids?.size === 0) sessionsOf.delete(user.id)
    },
  })
  let changes = 0

  const keep = (id: string, record: SessionRecord) => {
    records.set(id, record)
    const ids = sessionsOf.get(record.user.id) ?? new Set()
    sessionsOf.set(record.user.id, ids.add(id))
  }

  return {
    remember: (sessions) => ({
      ...sessions,
      async findRecord(id, fresh) {
        const known = fresh ? undefined : records.get(id)
        if (!fresh) onLookup?.(known !== undefined)
        if (known) return known
        const before = changes
        const record = await sessions.findRecord(id)
        // What changed while it was read may be missing from it.
        if (record && !record.ended && before === changes) keep(id, record)
        return record
      },
    }),
    forget(change) {
      changes++
      if (change === 'everybody') records.clear()
      else if ('session' in change) records.delete(change.session)
      else for (const id of [...(sessionsOf.get(change.user) ?? [])]) records.delete(id)
    },
  }
}

/** Writes a change for other instances. */
export function printViewerChange(change: ViewerChange): string {
  return JSON.stringify(change)
}

/** Reads one; what it cannot read, as of a newer version, it takes for a change of everybody. */
export function parseViewerChange(text: string): ViewerChange {
  try {
    const change: unknown = JSON.parse(text)
    if (typeof change === 'object' && change !== null) {
      if ('session' in change && typeof change.session === 'string') return { session: change.session }
      if ('user' in change && typeof change.user === 'string') return { user: change.user }
    }
  } catch {
    // Told below.
  }
  return 'everybody'
}
