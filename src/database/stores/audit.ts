import { and, count, desc, eq, gte, inArray, isNull, lt, or } from 'drizzle-orm'
import type { AuditEvent, AuditFilter, AuditStore } from '../../audit/audit-event.ts'
import type { Database } from '../database.ts'
import type { Tables } from '../tables.ts'
import { toPage } from './page.ts'
import { prepareInsert } from './prepare-insert.ts'

export function createAuditStore({ db, tables: { auditEvents, auditOrigins }, transaction }: Database): AuditStore {
  const isWanted = ({ actions, actorId, subjectId, from, until }: AuditFilter) =>
    and(
      actions === null ? undefined : inArray(auditEvents.action, [...actions]),
      actorId === null ? undefined : eq(auditEvents.actorId, actorId),
      subjectId === null ? undefined : eq(auditEvents.subjectId, subjectId),
      from === null ? undefined : gte(auditEvents.occurredAt, from),
      until === null ? undefined : lt(auditEvents.occurredAt, until),
    )
  const addEvent = prepareInsert(db, auditEvents, 'audit_event')
  const addOrigin = prepareInsert(db, auditOrigins, 'audit_origin')

  return {
    append: ({ subject, ipAddress, userAgent, ...event }) =>
      transaction(async () => {
        await addEvent({ ...event, subjectType: subject?.type ?? null, subjectId: subject?.id ?? null })
        if (ipAddress !== null || userAgent !== null) await addOrigin({ eventId: event.id, ipAddress, userAgent })
      }),
    async list({ first, after, filter }) {
      const rows = await db
        .select({ event: auditEvents, origin: auditOrigins })
        .from(auditEvents)
        .leftJoin(auditOrigins, eq(auditOrigins.eventId, auditEvents.id))
        .where(and(after === null ? undefined : lt(auditEvents.id, after), isWanted(filter)))
        .orderBy(desc(auditEvents.id))
        .limit(first + 1)
      return toPage(rows.map(toEvent), first)
    },
    async count({ filter }) {
      const rows = await db.select({ count: count() }).from(auditEvents).where(isWanted(filter))
      return rows[0]?.count ?? 0
    },
    async eraseOrigins(userId) {
      const isAbout = and(
        isNull(auditEvents.actorId),
        eq(auditEvents.subjectType, 'User'),
        eq(auditEvents.subjectId, userId),
      )
      const events = db
        .select({ id: auditEvents.id })
        .from(auditEvents)
        .where(or(eq(auditEvents.actorId, userId), isAbout))
      await db.delete(auditOrigins).where(inArray(auditOrigins.eventId, events))
    },
    async purge(before, limit) {
      const oldest = db
        .select({ id: auditEvents.id })
        .from(auditEvents)
        .where(lt(auditEvents.occurredAt, before))
        .orderBy(auditEvents.occurredAt)
        .limit(limit)
      const rows = await db.delete(auditEvents).where(inArray(auditEvents.id, oldest)).returning({ id: auditEvents.id })
      return rows.length
    },
  }
}

function toEvent({
  event: { subjectType, subjectId, ...event },
  origin,
}: {
  event: Tables['auditEvents']['$inferSelect']
  origin: Tables['auditOrigins']['$inferSelect'] | null
}): AuditEvent {
  return {
    ...event,
    subject: subjectType !== null && subjectId !== null ? { type: subjectType, id: subjectId } : null,
    ipAddress: origin?.ipAddress ?? null,
    userAgent: origin?.userAgent ?? null,
  }
}
