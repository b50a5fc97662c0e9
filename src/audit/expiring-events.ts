import type { Expiring } from '../identity/purge-expired.ts'
import type { AuditStore } from './audit-event.ts'

/**
 * Lists the events among what expires.
 *
 * @param retention - days for which they are kept
 */
export function expiringEvents(audit: AuditStore, retention: number): Expiring {
  return {
    name: 'audit events',
    purge: (now, limit) => audit.purge(new Date(now.getTime() - retention * 86_400_000), limit),
  }
}
