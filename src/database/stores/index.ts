import type { AccessGrantStore } from '../../access/access-grant.ts'
import type { RoleStore } from '../../access/role-store.ts'
import type { AuditStore } from '../../audit/audit-event.ts'
import type { DocumentStore } from '../../documents/document.ts'
import type { OneTimeSecretStore } from '../../identity/one-time-secret-store.ts'
import type { SessionStore } from '../../identity/session.ts'
import type { ThrottleStore } from '../../identity/throttle-store.ts'
import type { PasswordStore, UserStore } from '../../identity/user.ts'
import type { Database } from '../database.ts'
import { createAccessGrantStore } from './access-grants.ts'
import { createAuditStore } from './audit.ts'
import { createDocumentStore } from './documents.ts'
import { createOneTimeSecretStore } from './one-time-secrets.ts'
import { createPasswordStore } from './passwords.ts'
import { createRoleStore } from './roles.ts'
import { createSessionStore } from './sessions.ts'
import { createThrottleStore } from './throttle.ts'
import { createUserStore } from './users.ts'

/** What every domain needs of the database. */
export interface Stores {
  users: UserStore
  passwords: PasswordStore
  sessions: SessionStore
  oneTimeSecrets: OneTimeSecretStore
  roles: RoleStore
  accessGrants: AccessGrantStore
  documents: DocumentStore
  throttle: ThrottleStore
  audit: AuditStore
}

export function createStores(database: Database): Stores {
  return {
    users: createUserStore(database),
    passwords: createPasswordStore(database),
    sessions: createSessionStore(database),
    oneTimeSecrets: createOneTimeSecretStore(database),
    roles: createRoleStore(database),
    accessGrants: createAccessGrantStore(database),
    documents: createDocumentStore(database),
    throttle: createThrottleStore(database),
    audit: createAuditStore(database),
  }
}
