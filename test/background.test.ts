import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { repeat } from '../src/background.ts'

const nothing = () => {}

describe('repeat()', () => {
  it('does the work again and again, also after a failure, until it is stopped', async () => {
    let times = 0
    const errors: unknown[] = []
    const { promise: thrice, resolve } = Promise.withResolvers<void>()
    const work = async () => {
      if (++times === 3) resolve()
      throw new Error(`${times}`)
    }
    const background = repeat({ every: 1, work, onError: (error) => errors.push(error) })
    await thrice
    await background.stop()
    const stoppedAt = times
    await sleep(20)
    expect(times).toBe(stoppedAt)
    expect(errors).toHaveLength(times)
  })

  it('never does it twice at once', async () => {
    let running = 0
    let most = 0
    let times = 0
    const { promise: enough, resolve } = Promise.withResolvers<void>()
    const work = async () => {
      most = Math.max(most, ++running)
      await sleep(5)
      running--
      if (++times === 3) resolve()
    }
    const background = repeat({ every: 1, work, onError: nothing })
    await enough
    await background.stop()
    expect(most).toBe(1)
  })

  it('waits, when it is stopped, for what is under way', async () => {
    const { promise: begun, resolve } = Promise.withResolvers<void>()
    let done = false
    const work = async () => {
      resolve()
      await sleep(20)
      done = true
    }
    const background = repeat({ every: 1, work, onError: nothing })
    await begun
    await background.stop()
    expect(done).toBe(true)
  })

  it('does not begin when it is stopped at once', async () => {
    let times = 0
    const work = async () => {
      times++
    }
    await repeat({ every: 1, work, onError: nothing }).stop()
    await sleep(20)
    expect(times).toBe(0)
  })
})
