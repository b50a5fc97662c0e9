import { describe } from 'vitest'
import { openTestDatabase } from '../support/database.ts'
import { storeContracts } from './stores.ts'

describe('on SQLite', () => storeContracts(openTestDatabase))
