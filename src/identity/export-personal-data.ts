import { getUser } from '../access/access.ts'
import type { AuditEvent, AuditFilter, Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import type { Identity } from './identity.ts'

const pageSize = 100
const everything: AuditFilter = { actions: null, actorId: null, subjectId: null, from: null, until: null }

/**
 * Gives all that is kept of a user, in every domain, as JSON by name: no secret, not even hashed, and of what others
 * did to the account neither who nor from where. That it was asked for is recorded.
 *
 * @throws NOT_FOUND when there is no such user
 */
export async function exportPersonalData(
  identity: Identity,
  userId: string,
  origin: Origin,
): Promise<Record<string, unknown>> {
  const { users, personalRecords, personalData, transaction } = identity
  const user = await transaction(async () => {
    const found = await getUser(users, userId)
    await record(identity, origin, { action: 'PERSONAL_DATA_EXPORTED', subject: { type: 'User', id: userId } })
    return found
  })
  const collected: Record<string, unknown>[] = [await personalRecords.collect(user)]
  for (const data of personalData) collected.push(await data.collect(user))
  return Object.assign({}, ...collected, { auditEvents: await collectEvents(identity, userId) })
}

/** What the user did, and what was done to their account; oldest first. */
async function collectEvents(identity: Identity, userId: string): Promise<Partial<AuditEvent>[]> {
  const done = await listEvents(identity, { ...everything, actorId: userId })
  const suffered = await listEvents(identity, { ...everything, subjectId: userId })
  const byOthers = suffered.filter(({ actorId }) => actorId !== userId)
  return [...done, ...byOthers.map(withoutActor)].sort((one, other) => (one.id < other.id ? -1 : 1))
}

async function listEvents({ audit }: Identity, filter: AuditFilter): Promise<AuditEvent[]> {
  const events: AuditEvent[] = []
  for (let after: string | null = null; ; ) {
    const { items, hasNextPage } = await audit.list({ first: pageSize, after, filter })
    events.push(...items)
    const last = items.at(-1)
    if (!hasNextPage || !last) return events
    after = last.id
  }
}

function withoutActor({ id, action, subject, detail, occurredAt }: AuditEvent) {
  return { id, action, subject, detail, occurredAt }
}
