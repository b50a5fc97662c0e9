import { describe, it, onTestFinished } from 'vitest'
import { createDatabase, dropDatabase } from '../support/postgresql-server.ts'
import { killInRounds } from './kill-in-rounds.ts'

describe('kill -9 during writes', () => {
  it('loses nothing that was answered and leaves no half of anything, on PostgreSQL, up to a hundred times', async () => {
    const url = await createDatabase()
    onTestFinished(() => dropDatabase(url))
    await killInRounds(100, url, { DATABASE_URL: url })
  })
})
