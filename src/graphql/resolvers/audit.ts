import type { AuditFilter } from '../../audit/audit-event.ts'
import type { Resolvers } from '../__generated__/resolvers.ts'
import { createConnection } from '../connection.ts'

export const auditResolvers: Resolvers = {
  Query: {
    auditEvents(_, { filter: given, ...args }, { application: { audit } }) {
      const filter: AuditFilter = {
        actions: given?.actions ?? null,
        actorId: given?.actorId ?? null,
        subjectId: given?.subjectId ?? null,
        from: given?.from ?? null,
        until: given?.until ?? null,
      }
      return createConnection(
        { page: (request) => audit.list({ filter, ...request }), count: () => audit.count({ filter }) },
        args,
      )
    },
  },

  AuditEvent: {
    // The account may be gone: what it did is not.
    actor: ({ actorId }, _, { loaders }) => (actorId === null ? null : loaders.users.load(actorId)),
    subjectId: ({ subject }) => subject?.id ?? null,
    subjectType: ({ subject }) => subject?.type ?? null,
  },
}
