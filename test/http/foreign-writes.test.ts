import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codes } from '../support/client.ts'
import { type House, openHouse } from '../support/house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** Runs `work` while others ask without a pause, so that requests arrive together all the time. */
async function amid<Result>(work: () => Promise<Result>): Promise<Result> {
  let isOver = false
  const ask = async () => {
    while (!isOver) await house.as.editor.execute('{ me { name } }')
  }
  const others = Array.from({ length: 8 }, ask)
  try {
    return await work()
  } finally {
    isOver = true
    await Promise.all(others)
  }
}

describe('what another process writes to the same file', () => {
  it('counts for whoever asks next, however many ask at the time', async () => {
    const elsewhere = new Sqlite(house.server.databasePath)
    const withdraw = elsewhere.prepare("DELETE FROM role_assignments WHERE user_id = ? AND role = 'ADMIN'")
    const assign = elsewhere.prepare(
      "INSERT INTO role_assignments (user_id, role, assigned_at) VALUES (?, 'ADMIN', unixepoch() * 1000)",
    )
    const count = '{ users(first: 1) { totalCount } }'
    await amid(async () => {
      for (let round = 0; round < 20; round++) {
        withdraw.run(house.ids.admin)
        expect(codes(await house.as.admin.execute(count))).toEqual(['FORBIDDEN'])
        assign.run(house.ids.admin)
        expect(codes(await house.as.admin.execute(count))).toEqual([])
      }
    })
    const end = elsewhere.prepare("UPDATE sessions SET ended_at = created_at, end_reason = 'REVOKED' WHERE user_id = ?")
    await amid(async () => {
      end.run(house.ids.member)
      expect((await house.as.member.execute('{ session { id } }')).body).toEqual({ data: { session: null } })
    })
    elsewhere.close()
  })
})
