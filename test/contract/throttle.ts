import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ThrottleStore } from '../../src/identity/throttle-store.ts'
import type { TestDatabase } from '../support/database.ts'
import { at, type OpenDatabase } from './fixtures.ts'

export function throttleStoreContract(open: OpenDatabase) {
  describe('ThrottleStore', () => {
    let test: TestDatabase
    let throttle: ThrottleStore

    beforeEach(async () => {
      test = await open()
      throttle = test.stores.throttle
    })
    afterEach(() => test.close())

    const day = 24 * 60 * 60

    describe('hit()', () => {
      it('counts within the window that the first hit opened', async () => {
        expect(await throttle.hit('k', 60, at(0))).toEqual({ count: 1, windowEndsAt: at(60) })
        expect(await throttle.hit('k', 60, at(59))).toEqual({ count: 2, windowEndsAt: at(60) })
      })

      it('opens a new window at the instant the last one ends', async () => {
        await throttle.hit('k', 60, at(0))
        expect(await throttle.hit('k', 60, at(60))).toEqual({ count: 1, windowEndsAt: at(120) })
      })

      it('opens a new window when the clock was set back behind the beginning of the last one', async () => {
        await throttle.hit('k', 60, at(day))
        expect(await throttle.hit('k', 60, at(0))).toEqual({ count: 1, windowEndsAt: at(60) })
        expect((await throttle.hit('k', 60, at(0))).count).toBe(2)
      })

      it('counts each key by itself', async () => {
        await throttle.hit('k', 60, at(0))
        expect((await throttle.hit('l', 60, at(0))).count).toBe(1)
      })

      it('counts 50 of 50 at once', async () => {
        const hits = await Promise.all(Array.from({ length: 50 }, () => throttle.hit('k', 60, at(0))))
        expect(hits.map(({ count }) => count).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 50 }, (_, index) => index + 1),
        )
      })
    })

    describe('attempt()', () => {
      const waits = [0, 0, 1, 2, 900]

      it('waits as long as the number of failures says, and past the list as its last entry says', async () => {
        const waited: number[] = []
        let now = at(0)
        for (let failures = 1; failures <= 7; failures++) {
          const state = await throttle.attempt('k', waits, now)
          expect(state).toMatchObject({ admitted: true, failures })
          waited.push((state.retryAt.getTime() - now.getTime()) / 1000)
          now = state.retryAt
        }
        expect(waited).toEqual([0, 0, 1, 2, 900, 900, 900])
      })

      it('waits so however many waits in a row are alike', async () => {
        const alike = [0, 0, 0, 5, 5, 0, 7, 7]
        const waited: number[] = []
        let now = at(0)
        for (let failures = 1; failures <= 9; failures++) {
          const { retryAt } = await throttle.attempt('k', alike, now)
          waited.push((retryAt.getTime() - now.getTime()) / 1000)
          now = retryAt
        }
        expect(waited).toEqual([...alike, 7])
      })

      it('refuses one that comes too early, without counting it', async () => {
        await throttle.attempt('k', [10], at(0))
        const early = { admitted: false, failures: 1, retryAt: at(10) }
        expect(await throttle.attempt('k', [10], at(9.999))).toEqual(early)
        expect(await throttle.attempt('k', [10], at(9.999))).toEqual(early)
        expect(await throttle.attempt('k', [10], at(10))).toEqual({ admitted: true, failures: 2, retryAt: at(20) })
      })

      it('waits no longer than the number of failures says when the clock was set back meanwhile', async () => {
        await throttle.attempt('k', [0, 10], at(day))
        expect(await throttle.attempt('k', [0, 10], at(0))).toEqual({ admitted: true, failures: 2, retryAt: at(10) })
        expect(await throttle.attempt('k', [0, 10], at(1))).toMatchObject({ admitted: false })
      })

      it('counts 50 of 50 at once where there is nothing to wait for', async () => {
        const states = await Promise.all(Array.from({ length: 50 }, () => throttle.attempt('k', [0], at(0))))
        expect(Math.max(...states.map(({ failures }) => failures))).toBe(50)
        expect(states.every(({ admitted }) => admitted)).toBe(true)
      })

      it('admits no more than the free ones of 50 at once', async () => {
        const states = await Promise.all(Array.from({ length: 50 }, () => throttle.attempt('k', [0, 0, 0, 60], at(0))))
        expect(states.filter(({ admitted }) => admitted)).toHaveLength(4)
        expect((await throttle.attempt('k', [0, 0, 0, 60], at(1))).failures).toBe(4)
      })

      it('counts apart from hits of the same key', async () => {
        await throttle.hit('k', 60, at(0))
        expect((await throttle.attempt('k', [0], at(0))).failures).toBe(1)
        expect((await throttle.hit('k', 60, at(0))).count).toBe(2)
      })
    })

    describe('clear()', () => {
      it('forgets the failures of one key and of no other', async () => {
        for (const key of ['k', 'l']) await throttle.attempt(key, [60], at(0))
        await throttle.clear('k')
        expect(await throttle.attempt('k', [60], at(1))).toMatchObject({ admitted: true, failures: 1 })
        expect(await throttle.attempt('l', [60], at(1))).toMatchObject({ admitted: false, failures: 1 })
      })
    })

    describe('purge()', () => {
      it('deletes windows that have ended and keeps those that are open', async () => {
        await throttle.hit('ended', 60, at(0))
        await throttle.hit('open', 60, at(30))
        expect(await throttle.purge(at(60), 100)).toBe(1)
        expect((await throttle.hit('open', 60, at(61))).count).toBe(2)
      })

      it('keeps failures long after their wait, and forgets them after a month', async () => {
        await throttle.attempt('k', [60], at(0))
        expect(await throttle.purge(at(29 * day), 100)).toBe(0)
        expect((await throttle.attempt('k', [60], at(29 * day))).failures).toBe(2)
        expect(await throttle.purge(at(60 * day), 100)).toBe(1)
        expect((await throttle.attempt('k', [60], at(60 * day))).failures).toBe(1)
      })

      it('deletes no more than its limit at a time', async () => {
        for (const key of ['a', 'b', 'c']) await throttle.hit(key, 1, at(0))
        expect(await throttle.purge(at(10), 2)).toBe(2)
        expect(await throttle.purge(at(10), 2)).toBe(1)
      })

      it('spares the failures of a key whose window it deletes', async () => {
        await throttle.attempt('k', [60], at(0))
        await throttle.hit('k', 1, at(0))
        expect(await throttle.purge(at(10), 100)).toBe(1)
        expect((await throttle.attempt('k', [60], at(10))).admitted).toBe(false)
      })
    })
  })
}
