import { postgresqlColumns } from './postgresql-columns.ts'
import { defineTables } from './tables.ts'

/** All tables as PostgreSQL has them; drizzle-kit reads them from here by name. */
export const {
  users,
  credentials,
  sessions,
  oneTimeSecrets,
  totpAuthenticators,
  recoveryCodes,
  passkeys,
  providerLinks,
  mails,
  signingKeys,
  roleAssignments,
  documents,
  accessGrants,
  throttleCounters,
  auditEvents,
  auditOrigins,
} = defineTables(postgresqlColumns)
