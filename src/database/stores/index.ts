import type { AccessGrantStore } from '../../access/access-grant.ts'
import type { RoleStore } from '../../access/role-store.ts'
import type { AuditStore } from '../../audit/audit-event.ts'
import type { DocumentStore } from '../../documents/document.ts'
import type { AccountStore } from '../../identity/account-store.ts'
import type { MailStore } from '../../identity/email/mail.ts'
import type { ProviderLinkStore } from '../../identity/oauth/provider-link.ts'
import type { OneTimeSecretStore } from '../../identity/one-time-secret-store.ts'
import type { PasskeyStore } from '../../identity/passkey/passkey.ts'
import type { PersonalRecordStore } from '../../identity/personal-data.ts'
import type { SessionStore } from '../../identity/session.ts'
import type { SigningKeyStore } from '../../identity/signing-key-store.ts'
import type { ThrottleStore } from '../../identity/throttle-store.ts'
import type { RecoveryCodeStore } from '../../identity/totp/recovery-code-store.ts'
import type { TotpAuthenticatorStore } from '../../identity/totp/totp-authenticator.ts'
import type { PasswordStore, UserStore } from '../../identity/user.ts'
import type { Database } from '../database.ts'
import { createAccessGrantStore } from './access-grants.ts'
import { createAccountStore } from './accounts.ts'
import { createAuditStore } from './audit.ts'
import { createDocumentStore } from './documents.ts'
import { createMailStore } from './mails.ts'
import { createOneTimeSecretStore } from './one-time-secrets.ts'
import { createPasskeyStore } from './passkeys.ts'
import { createPasswordStore } from './passwords.ts'
import { createPersonalRecordStore } from './personal-records.ts'
import { createProviderLinkStore } from './provider-links.ts'
import { createRecoveryCodeStore } from './recovery-codes.ts'
import { createRoleStore } from './roles.ts'
import { createSessionStore } from './sessions.ts'
import { createSigningKeyStore } from './signing-keys.ts'
import { createThrottleStore } from './throttle.ts'
import { createTotpAuthenticatorStore } from './totp-authenticators.ts'
import { createUserStore } from './users.ts'

/** What every domain needs of the database. */
export interface Stores {
  users: UserStore
  accounts: AccountStore
  personalRecords: PersonalRecordStore
  passwords: PasswordStore
  sessions: SessionStore
  oneTimeSecrets: OneTimeSecretStore
  totpAuthenticators: TotpAuthenticatorStore
  recoveryCodes: RecoveryCodeStore
  passkeys: PasskeyStore
  providerLinks: ProviderLinkStore
  mails: MailStore
  signingKeys: SigningKeyStore
  roles: RoleStore
  accessGrants: AccessGrantStore
  documents: DocumentStore
  throttle: ThrottleStore
  audit: AuditStore
}

export function createStores(database: Database): Stores {
  return {
    users: createUserStore(database),
    accounts: createAccountStore(database),
    personalRecords: createPersonalRecordStore(database),
    passwords: createPasswordStore(database),
    sessions: createSessionStore(database),
    oneTimeSecrets: createOneTimeSecretStore(database),
    totpAuthenticators: createTotpAuthenticatorStore(database),
    recoveryCodes: createRecoveryCodeStore(database),
    passkeys: createPasskeyStore(database),
    providerLinks: createProviderLinkStore(database),
    mails: createMailStore(database),
    signingKeys: createSigningKeyStore(database),
    roles: createRoleStore(database),
    accessGrants: createAccessGrantStore(database),
    documents: createDocumentStore(database),
    throttle: createThrottleStore(database),
    audit: createAuditStore(database),
  }
}
