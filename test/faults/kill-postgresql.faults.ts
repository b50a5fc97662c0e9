import { describe, it, onTestFinished } from 'vitest'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { killInRounds } from './kill-in-rounds.ts'

describe('kill -9 during writes', () => {
  it('loses nothing that was answered and leaves no half of anything, on PostgreSQL, up to fifty times', async () => {
    const url = await createDatabase()
    onTestFinished(() => dropDatabase(url))
    await killInRounds(50, url, { DATABASE_URL: url })
  })
})
