import { describe } from 'vitest'
import { openTestDatabase } from '../support/database.ts'
import { accessGrantStoreContract } from './access-grants.ts'
import { auditStoreContract } from './audit.ts'
import { documentStoreContract } from './documents.ts'
import { oneTimeSecretStoreContract } from './one-time-secrets.ts'
import { passwordStoreContract } from './passwords.ts'
import { roleStoreContract } from './roles.ts'
import { sessionStoreContract } from './sessions.ts'
import { throttleStoreContract } from './throttle.ts'
import { userStoreContract } from './users.ts'

describe('on SQLite', () => {
  for (const contract of [
    userStoreContract,
    passwordStoreContract,
    sessionStoreContract,
    oneTimeSecretStoreContract,
    roleStoreContract,
    documentStoreContract,
    accessGrantStoreContract,
    throttleStoreContract,
    auditStoreContract,
  ])
    contract(openTestDatabase)
})
