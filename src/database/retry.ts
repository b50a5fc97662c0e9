import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseError } from './database-error.ts'

/** SQLSTATE: could not be put into an order with what others did meanwhile; deadlocked. Either way nothing was kept. */
const collisions = new Set(['40001', '40P01'])
const attempts = 20
/** Milliseconds. */
const longestPause = 100

/**
 * Does `work` again when it only collided with somebody else's, at most twenty times in all: then the last failure
 * stands. It pauses between, at random, so that those who collided do not meet again.
 */
export async function retryCollisions<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts || !(error instanceof DatabaseError) || !collisions.has(error.code)) throw error
      await sleep(randomInt(Math.min(2 ** attempt, longestPause) + 1))
    }
  }
}
