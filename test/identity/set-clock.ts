import type { Clock } from '../../src/clock.ts'

/** A clock that stands still until a test moves it. */
export interface SetClock extends Clock {
  advance(seconds: number): void
}

export function createSetClock(start = '2026-03-01T12:00:00.000Z'): SetClock {
  let now = new Date(start)
  return {
    now: () => now,
    advance(seconds) {
      now = new Date(now.getTime() + seconds * 1000)
    },
  }
}
