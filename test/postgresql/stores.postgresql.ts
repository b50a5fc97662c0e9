import { describe } from 'vitest'
import { databaseContract } from '../contract/database.ts'
import { storeContracts } from '../contract/stores.ts'
import { openServerDatabase } from '../support/database.ts'

describe('on a PostgreSQL server', () => {
  databaseContract(() => openServerDatabase())
  storeContracts(() => openServerDatabase())
})
