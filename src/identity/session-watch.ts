import type { Clock } from '../clock.ts'
import type { Session } from './session.ts'
import type { User } from './user.ts'
import type { ViewerChange } from './viewer-changes.ts'

/** Who is signed in by a session. */
export interface Standing {
  session: Session
  user: User
}

/** A session for as long as somebody waits by it. */
export interface WatchedSession {
  /** Whether the session is over: then it stays so. */
  readonly ended: boolean
  /** Reads anew as whom it stands; null once it is over. Throws what the store throws. */
  read(): Promise<Standing | null>
  /** Calls `listener` when the session is over, and when its user's roles are others; gives what ends it. */
  onChange(listener: () => void): () => void
  /** Ends the watching. */
  close(): void
}

/** All sessions that somebody waits by, on this instance. */
export interface SessionWatch {
  /**
   * Watches a session from here on.
   *
   * @param confirm - reads as whom it stands, without making it last longer
   */
  watch(standing: Standing, confirm: () => Promise<Standing | null>): WatchedSession
  /** Reads anew the sessions that this is about. */
  hear(change: ViewerChange): Promise<void>
  /** Reads anew those whose time is over, and those that were last read `interval` ago. */
  look(): Promise<void>
}

/** Sessions that are read at the same time: requests want connections to the database too. */
const atOnce = 5

interface Entry {
  standing: Standing
  readAt: number
  refresh(): Promise<Standing | null>
}

/**
 * Makes a watch over sessions. It finds out by being told, and where word is lost by looking: whoever calls
 * {@link SessionWatch.look} often enough finds every end within the interval, and an expiry at once.
 *
 * @param interval - milliseconds for which what was read may be relied on without word of a change
 */
export function createSessionWatch({
  clock,
  interval,
  onError,
}: {
  clock: Clock
  interval: number
  onError(error: unknown): void
}): SessionWatch {
  const entries = new Set<Entry>()
  const now = () => clock.now().getTime()

  const refreshAll = async (due: readonly Entry[]) => {
    for (let start = 0; start < due.length; start += atOnce) {
      // One that cannot be read now is looked at again next time.
      await Promise.all(due.slice(start, start + atOnce).map((entry) => entry.refresh().catch(onError)))
    }
  }

  return {
    watch(standing, confirm) {
      const listeners = new Set<{ hear: () => void }>()
      let ended = false
      const tell = () => {
        for (const { hear } of [...listeners]) hear()
      }
      const entry: Entry = {
        standing,
        readAt: now(),
        async refresh() {
          if (ended) return null
          const found = await confirm()
          if (ended) return null
          const before = entry.standing
          entry.readAt = now()
          if (found) entry.standing = found
          else {
            ended = true
            entries.delete(entry)
          }
          if (!found || !sameRoles(before.user.roles, found.user.roles)) tell()
          return found
        },
      }
      entries.add(entry)
      return {
        get ended() {
          return ended
        },
        read: () => entry.refresh(),
        onChange(listener) {
          const heard = { hear: listener }
          listeners.add(heard)
          return () => listeners.delete(heard)
        },
        close: () => entries.delete(entry),
      }
    },
    hear: (change) => refreshAll([...entries].filter(({ standing }) => isAbout(change, standing))),
    look: () =>
      refreshAll([...entries].filter(({ standing, readAt }) => isOver(standing) || now() - readAt >= interval)),
  }

  function isOver({ session }: Standing): boolean {
    return Math.min(session.expiresAt.getTime(), session.endsAt.getTime()) <= now()
  }
}

function isAbout(change: ViewerChange, { session, user }: Standing): boolean {
  if (change === 'everybody') return true
  return 'session' in change ? change.session === session.id : change.user === user.id
}

function sameRoles(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((role) => others.includes(role))
}
