import { describe, expect, it } from 'vitest'
import { retryTime } from '../../../src/identity/email/retry-time.ts'

describe('retryTime()', () => {
  const now = new Date('2026-03-01T12:00:00.000Z')

  it('waits longer after each attempt, and gives up after the tenth', () => {
    const waits = Array.from({ length: 9 }, (_, index) => Number(retryTime(index + 1, now)) - Number(now))
    expect(waits[0]).toBe(30_000)
    expect(waits).toEqual(waits.toSorted((one, other) => one - other))
    expect(new Set(waits).size).toBe(9)
    expect(retryTime(10, now)).toBeNull()
    expect(retryTime(1000, now)).toBeNull()
  })
})
