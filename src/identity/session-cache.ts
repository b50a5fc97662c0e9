import { LRUCache } from 'lru-cache'
import { andThen } from '../awaitable.ts'
import type { SessionRecord, SessionStore } from './session.ts'
import type { ViewerChange } from './viewer-changes.ts'

/** Records kept at a time, some kilobytes each at most. */
const recordsKept = 10_000

/** How long a record that was read is good. */
export type Lasting =
  | {
      /** Whatever becomes of it meanwhile, unless it is told; 0 remembers nothing. */
      seconds: number
    }
  | {
      /** As long as this stays the same number, and nothing is told; null remembers nothing. */
      version(): number | null
    }

/** Remembers session records, so that requests in a row do not each read theirs. */
export interface SessionCache {
  /** The store, but that it may give a record that is as old as the cache lets it be. */
  remember(sessions: SessionStore): SessionStore
  /** Forgets what changed, also what is being read at this moment. */
  forget(change: ViewerChange): void
}

/**
 * Makes a cache of session records. By `seconds`, it knows of a change only when it is told: without, it may let in for
 * so long whose session has ended, or with roles that were withdrawn. By `version`, a record is good only if one read
 * at the time that the version is of were the same. Expiry it leaves to whoever reads the record.
 *
 * @param onLookup - told whether a record was there, where somebody counts it
 */
export function createSessionCache(lasting: Lasting, onLookup?: (isHit: boolean) => void): SessionCache {
  const seconds = 'seconds' in lasting ? lasting.seconds : null
  if (seconds === 0) return { remember: (sessions) => sessions, forget: () => {} }
  const sessionsOf = new Map<string, Set<string>>()
  const records = new LRUCache<string, SessionRecord>({
    max: recordsKept,
    ...(seconds !== null && { ttl: seconds * 1000 }),
    dispose({ user }, id) {
      const ids = sessionsOf.get(user.id)
      ids?.delete(id)
      if (ids?.size === 0) sessionsOf.delete(user.id)
    },
  })
  let changes = 0
  let version: number | null = null

  /** Asked before anything is read: what changes while it is read makes the next version another. */
  const isLasting = () => {
    if (!('version' in lasting)) return true
    const current = lasting.version()
    if (current === null) return false
    if (current !== version) {
      changes++
      records.clear()
      version = current
    }
    return true
  }

  const keep = (id: string, record: SessionRecord) => {
    records.set(id, record)
    const ids = sessionsOf.get(record.user.id) ?? new Set()
    sessionsOf.set(record.user.id, ids.add(id))
  }

  return {
    remember: (sessions) => ({
      ...sessions,
      findRecord(id, fresh) {
        const mayRemember = isLasting()
        const known = fresh || !mayRemember ? undefined : records.get(id)
        if (!fresh) onLookup?.(known !== undefined)
        if (known) return known
        const before = changes
        return andThen(sessions.findRecord(id), (record) => {
          // What changed while it was read may be missing from it.
          if (record && !record.ended && mayRemember && before === changes) keep(id, record)
          return record
        })
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
