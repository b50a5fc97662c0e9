import { and, desc, eq, gt, inArray, isNull, lt, ne, or, type Param, type SQL, sql } from 'drizzle-orm'
import type { Session, SessionEnd, SessionKind, SessionStore } from '../../identity/session.ts'
import type { Database } from '../database.ts'
import type { Tables } from '../tables.ts'
import { prepareByShape } from './prepare-by-shape.ts'
import { prepareInsert } from './prepare-insert.ts'
import { toUsers } from './users.ts'

type SessionRow = Tables['sessions']['$inferSelect']

export function createSessionStore({ db, tables: { sessions, users, roleAssignments } }: Database): SessionStore {
  const isLive = (now: Date | Param) => and(isNull(sessions.endedAt), gt(sessions.expiresAt, now))
  const record = db
    .select({ session: sessions, user: users, role: roleAssignments.role })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(roleAssignments, eq(roleAssignments.userId, users.id))
    .where(eq(sessions.id, sql.placeholder('id')))
    .prepare('session_record')
  const add = prepareInsert(db, sessions, 'session')
  const listed = (of: SQL, now: Date | Param, kind: SessionKind | null) =>
    db
      .select()
      .from(sessions)
      .where(and(of, isLive(now), kind === null ? undefined : eq(sessions.kind, kind)))
      .orderBy(desc(sessions.lastUsedAt), desc(sessions.id))
  const now = sql.param(sql.placeholder('now'), sessions.expiresAt)
  const byUser = prepareByShape((kind: SessionKind | null) =>
    listed(eq(sessions.userId, sql.placeholder('userId')), now, kind).prepare('sessions_by_user'),
  )
  const end = db
    .update(sessions)
    .set({ endedAt: sql`${now}`, endReason: sql`${sql.placeholder('reason')}` })
    .where(and(eq(sessions.id, sql.placeholder('id')), isLive(now)))
    .returning({ id: sessions.id })
    .prepare('session_end')

  return {
    async create({ user, ...session }) {
      await add({ ...session, userId: user.id })
    },
    async findRecord(id) {
      const rows = await record.execute({ id })
      const session = rows[0]?.session
      const user = toUsers(rows)[0]
      return session && user ? { session: toSession(session), user, ended: toEnd(session) } : null
    },
    async find(id, now) {
      const rows = await db
        .select()
        .from(sessions)
        .where(and(eq(sessions.id, id), isLive(now)))
      return rows[0] ? toSession(rows[0]) : null
    },
    async listByUser(userId, now, kind) {
      return (await byUser(kind ?? null).execute({ userId, now })).map(toSession)
    },
    async listByUsers(userIds, now) {
      return (await listed(inArray(sessions.userId, [...userIds]), now, null)).map(toSession)
    },
    async touch(id, lastUsedAt, expiresAt) {
      const rows = await db
        .update(sessions)
        .set({ lastUsedAt, expiresAt })
        .where(and(eq(sessions.id, id), isLive(lastUsedAt)))
        .returning({ id: sessions.id })
      return rows.length > 0
    },
    async end(id, reason, now) {
      return (await end.execute({ id, reason, now })).length > 0
    },
    async endAll(userId, except, endReason, now) {
      const rows = await db
        .update(sessions)
        .set({ endedAt: now, endReason })
        .where(and(eq(sessions.userId, userId), isLive(now), except === null ? undefined : ne(sessions.id, except)))
        .returning({ id: sessions.id })
      return rows.map(({ id }) => id)
    },
    async endEverybodys(endReason, now) {
      const rows = await db
        .update(sessions)
        .set({ endedAt: now, endReason })
        .where(isLive(now))
        .returning({ id: sessions.id })
      return rows.length
    },
    async purge(before, limit) {
      // What was ended was live then, so `expiresAt` lies after `endedAt`, and either alone says it is over.
      const over = db
        .select({ id: sessions.id })
        .from(sessions)
        .where(or(lt(sessions.endedAt, before), lt(sessions.expiresAt, before)))
        .limit(limit)
      const rows = await db.delete(sessions).where(inArray(sessions.id, over)).returning({ id: sessions.id })
      return rows.length
    },
  }
}

function toSession({ userId, endedAt: _at, endReason: _reason, ...session }: SessionRow): Session {
  return { ...session, user: { id: userId } }
}

function toEnd({ endedAt, endReason }: SessionRow): { at: Date; reason: SessionEnd } | null {
  return endedAt && endReason ? { at: endedAt, reason: endReason } : null
}
