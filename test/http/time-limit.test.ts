import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { TimeLimitError, withTimeLimit } from '../../src/http/time-limit.ts'
import { createClient } from '../support/client.ts'
import { startServer } from '../support/server.ts'

describe('withTimeLimit()', () => {
  it('gives what the work gives in time', async () => {
    await expect(withTimeLimit(1000, Promise.resolve('done'))).resolves.toBe('done')
    await expect(withTimeLimit(1000, Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError)
  })

  it('gives up on work that takes too long', async () => {
    await expect(withTimeLimit(10, sleep(1000))).rejects.toThrow(TimeLimitError)
  })
})

describe('an operation that takes too long', () => {
  it('is answered with a masked error, and sets no cookie', async () => {
    // Verifying a password takes tens of milliseconds; one is less than that.
    const { url } = await startServer({ timeLimit: 1 })
    const client = createClient(url)
    const { status, body, headers } = await client.login('member@example.com')
    expect(status).toBe(500)
    const correlationId = headers.get('x-request-id')
    expect(body).toEqual({
      errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId } }],
    })
    expect(headers.getSetCookie()).toEqual([])
  })
})
