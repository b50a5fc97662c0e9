import { describe, expect, it } from 'vitest'
import { andThen } from '../src/awaitable.ts'

describe('andThen()', () => {
  it('goes on at once with a value that is there', () => {
    expect(andThen(2, (value) => value + 1)).toBe(3)
  })

  it('waits for a promise, and for what comes of it', async () => {
    await expect(andThen(Promise.resolve(2), (value) => value + 1)).resolves.toBe(3)
    await expect(andThen(2, async (value) => value + 1)).resolves.toBe(3)
  })

  it('waits for what is no Promise and has a then, as a query builder does', async () => {
    // biome-ignore lint/suspicious/noThenProperty: it is what the test is about
    const query = { then: (resolve: (value: number) => void) => resolve(2) } as unknown as Promise<number>
    const sum = andThen(query, (value) => value + 1)
    expect(sum).toBeInstanceOf(Promise)
    await expect(sum).resolves.toBe(3)
  })

  it('does not go on from a failure', async () => {
    const next = () => expect.unreachable()
    await expect(andThen(Promise.reject(new RangeError('no')), next)).rejects.toThrow(RangeError)
  })
})
