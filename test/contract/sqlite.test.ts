import { describe } from 'vitest'
import { openTestDatabase } from '../support/database.ts'
import { databaseContract } from './database.ts'
import { storeContracts } from './stores.ts'

describe('on SQLite', () => {
  databaseContract(openTestDatabase)
  storeContracts(openTestDatabase)
})
