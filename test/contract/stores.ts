import { accessGrantStoreContract } from './access-grants.ts'
import { accountStoreContract } from './accounts.ts'
import { auditStoreContract } from './audit.ts'
import { documentStoreContract } from './documents.ts'
import type { OpenDatabase } from './fixtures.ts'
import { mailStoreContract } from './mails.ts'
import { oneTimeSecretStoreContract } from './one-time-secrets.ts'
import { passkeyStoreContract } from './passkeys.ts'
import { passwordStoreContract } from './passwords.ts'
import { providerLinkStoreContract } from './provider-links.ts'
import { recoveryCodeStoreContract } from './recovery-codes.ts'
import { roleStoreContract } from './roles.ts'
import { semanticsContract } from './semantics.ts'
import { sessionStoreContract } from './sessions.ts'
import { signingKeyStoreContract } from './signing-keys.ts'
import { throttleStoreContract } from './throttle.ts'
import { totpAuthenticatorStoreContract } from './totp-authenticators.ts'
import { userStoreContract } from './users.ts'

/** All that every store keeps, on whichever database. */
export function storeContracts(open: OpenDatabase) {
  for (const contract of [
    userStoreContract,
    accountStoreContract,
    passwordStoreContract,
    sessionStoreContract,
    oneTimeSecretStoreContract,
    totpAuthenticatorStoreContract,
    signingKeyStoreContract,
    recoveryCodeStoreContract,
    providerLinkStoreContract,
    passkeyStoreContract,
    mailStoreContract,
    roleStoreContract,
    documentStoreContract,
    accessGrantStoreContract,
    throttleStoreContract,
    auditStoreContract,
    semanticsContract,
  ])
    contract(open)
}
