import { join } from 'node:path'
import { describe, it } from 'vitest'
import { createFolder } from '../support/server.ts'
import { killInRounds } from './kill-in-rounds.ts'

describe('kill -9 during writes', () => {
  it('loses nothing that was answered and leaves no half of anything, on SQLite, up to a hundred times', async () => {
    const path = join(createFolder(), 'gatehouse.db')
    await killInRounds(100, path, { DATABASE_URL: `file:${path}` })
  })
})
