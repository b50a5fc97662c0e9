import { describe, expect, it } from 'vitest'
import { RateLimitError } from '../../../src/errors.ts'
import { createBoundedQueue } from '../../../src/identity/password/bounded-queue.ts'

function createGate() {
  let running = 0
  let most = 0
  const open: (() => void)[] = []
  const started: number[] = []
  return {
    work: (name: number) => async () => {
      started.push(name)
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => open.push(resolve))
      running--
      return name
    },
    letOneGo: async () => {
      open.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
    started,
    most: () => most,
  }
}

describe('createBoundedQueue()', () => {
  it('runs at most as many at a time as it is told, in the order they came', async () => {
    const gate = createGate()
    const inTurn = createBoundedQueue({ concurrency: 2, waiting: 10 })
    const results = [1, 2, 3, 4, 5].map((name) => inTurn(gate.work(name)))
    expect(gate.started).toEqual([1, 2])
    for (const _ of results) await gate.letOneGo()
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 5])
    expect(gate.started).toEqual([1, 2, 3, 4, 5])
    expect(gate.most()).toBe(2)
  })

  it('refuses at once, and never runs, what comes when the queue is full', async () => {
    const gate = createGate()
    const inTurn = createBoundedQueue({ concurrency: 1, waiting: 1 })
    const admitted = [inTurn(gate.work(1)), inTurn(gate.work(2))]
    await expect(inTurn(gate.work(3))).rejects.toThrow(RateLimitError)
    await gate.letOneGo()
    await gate.letOneGo()
    expect(await Promise.all(admitted)).toEqual([1, 2])
    expect(gate.started).toEqual([1, 2])
  })

  it('keeps a place for who reserved one, and has none for others until it is given back', async () => {
    const inTurn = createBoundedQueue({ concurrency: 1, waiting: 1 })
    const [one, two] = [inTurn.reserve(), inTurn.reserve()]
    expect(() => inTurn.reserve()).toThrow(RateLimitError)
    await expect(inTurn(async () => 'stranger')).rejects.toThrow(RateLimitError)
    expect(await inTurn(async () => 'first', one)).toBe('first')
    expect(await inTurn(async () => 'second', one)).toBe('second')
    await expect(inTurn(async () => 'stranger')).rejects.toThrow(RateLimitError)
    one[Symbol.dispose]()
    one[Symbol.dispose]()
    expect(await inTurn(async () => 'stranger')).toBe('stranger')
    const three = inTurn.reserve()
    expect(() => inTurn.reserve()).toThrow(RateLimitError)
    for (const place of [two, three]) place[Symbol.dispose]()
    expect(await inTurn(async () => 'again')).toBe('again')
  })

  it('goes on after work that failed', async () => {
    const inTurn = createBoundedQueue({ concurrency: 1, waiting: 1 })
    const failing = inTurn(() => Promise.reject(new TypeError('broken')))
    const next = inTurn(async () => 'done')
    await expect(failing).rejects.toThrow(TypeError)
    expect(await next).toBe('done')
    expect(await inTurn(async () => 'again')).toBe('again')
  })
})
