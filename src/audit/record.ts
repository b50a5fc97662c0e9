import type { Clock } from '../clock.ts'
import type { CreateId } from '../id.ts'
import type { AuditEvent, AuditStore, Origin } from './audit-event.ts'

/** What recording needs; every domain's own context fits. */
export interface AuditTrail {
  audit: AuditStore
  clock: Clock
  createId: CreateId
}

/**
 * Records that something happened, now. Call it in the transaction of what it records, so that neither stands without
 * the other. It does not look for secrets: `detail` must hold none, nor what somebody typed who proved nothing.
 */
export async function record(
  { audit, clock, createId }: AuditTrail,
  origin: Origin,
  event: Pick<AuditEvent, 'action'> & Partial<Pick<AuditEvent, 'subject' | 'detail'>>,
): Promise<void> {
  const { actorId, ipAddress, userAgent } = origin
  await audit.append({
    id: createId(),
    subject: null,
    detail: null,
    ...event,
    actorId,
    ipAddress,
    userAgent,
    occurredAt: clock.now(),
  })
}
