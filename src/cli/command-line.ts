import type { Origin } from '../audit/audit-event.ts'

/** Who does what a command does: nobody is signed in at the command line, which the audit log tells by its user agent. */
export const commandLine: Origin = { actorId: null, ipAddress: null, userAgent: 'command line' }
