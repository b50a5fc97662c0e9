import type { Awaitable } from '../awaitable.ts'
import type { User } from './user.ts'

export type AuthenticationMethod = 'PASSWORD' | 'EMAIL_CODE' | 'TOTP' | 'RECOVERY_CODE' | 'PASSKEY' | 'OAUTH'
export type SessionKind = 'BROWSER' | 'API_TOKEN'

/** A place where a user is signed in: a browser, or an API token's holder. Its id is not a credential: the cookie's token, which names it, is signed. */
export interface Session {
  id: string
  user: { id: string }
  kind: SessionKind
  /** What its user calls an API token; null in a browser. */
  name: string | null
  /** An API token's scopes, of which it has no more than its user has at the time; null: all that its user has. */
  permissions: readonly string[] | null
  methods: readonly AuthenticationMethod[]
  userAgent: string | null
  ipAddress: string | null
  createdAt: Date
  authenticatedAt: Date
  lastUsedAt: Date
  /** Until when it lasts unless used: never later than {@link endsAt}, and of an API token the same. */
  expiresAt: Date
  /** Until when it lasts at most. */
  endsAt: Date
}

/** Why a session is over. ROTATED: another took its place, in the same browser. */
export type SessionEnd = 'LOGOUT' | 'REVOKED' | 'ROTATED'

/** A session as the authentication of a request needs it, whether or not it is still good. */
export interface SessionRecord {
  session: Session
  user: User
  ended: { at: Date; reason: SessionEnd } | null
}

/** What the identity domain needs of a place that keeps sessions. "Live" is: not ended, and `expiresAt` ahead of `now`. */
export interface SessionStore {
  create(session: Session): Promise<void>
  /**
   * One prepared joined read: session, user, roles. The hot path, so it may be remembered for a few seconds; a `fresh`
   * one is read in any case.
   */
  findRecord(id: string, fresh?: 'fresh'): Awaitable<SessionRecord | null>
  /** A live session, or null. */
  find(id: string, now: Date): Promise<Session | null>
  /** Live sessions, most recently used first; those of one kind where it is given. */
  listByUser(userId: string, now: Date, kind?: SessionKind): Promise<Session[]>
  /** The same for several users at once, in one statement. */
  listByUsers(userIds: readonly string[], now: Date): Promise<Session[]>
  /** Moves `lastUsedAt` and `expiresAt` on, unless it has ended; false if it has. */
  touch(id: string, lastUsedAt: Date, expiresAt: Date): Promise<boolean>
  /** Ends a live session; false when it was over already. */
  end(id: string, reason: SessionEnd, now: Date): Promise<boolean>
  /** Ends every live session of the user but `except`; gives the ids of those it ended. */
  endAll(userId: string, except: string | null, reason: SessionEnd, now: Date): Promise<string[]>
  /** Ends every live session of everybody; gives how many. */
  endEverybodys(reason: SessionEnd, now: Date): Promise<number>
  /** Deletes what has been over since before `before`, at most `limit` rows; gives how many. */
  purge(before: Date, limit: number): Promise<number>
}
