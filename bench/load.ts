import type { Pool } from 'undici'

export interface Request {
  path: string
  headers: Record<string, string>
  /** For the request of this number. */
  body: string | ((request: number) => string)
}

export interface LoadResult {
  requests: number
  /** Milliseconds. */
  duration: number
  /** Milliseconds of each request, ascending. */
  latencies: number[]
}

/** Requests that are under way at a time. */
export const connections = 16

/**
 * Sends a request so many times, a connection's next one as soon as it has been answered. By number, not for a time:
 * code that has not run often enough is not compiled yet, however slow the machine. Throws when an answer is not as
 * long as the first one, or has another status.
 */
export async function load(pool: Pool, request: Request, requests: number): Promise<LoadResult> {
  const latencies: number[] = []
  const expected = await send(pool, request, 0)
  let sent = 0
  const start = performance.now()
  const work = async () => {
    for (let now = performance.now(); sent < requests; ) {
      const { status, length } = await send(pool, request, ++sent)
      if (status !== expected.status || length !== expected.length)
        throw new Error(`answered ${status} with ${length} bytes, after ${expected.status} with ${expected.length}`)
      const answered = performance.now()
      latencies.push(answered - now)
      now = answered
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  const duration = performance.now() - start
  return { requests: latencies.length, duration, latencies: latencies.sort((a, b) => a - b) }
}

/** Sends so many requests, as load() does. Throws when one is not answered with 200. */
export async function sendMany(pool: Pool, request: Request, requests: number): Promise<void> {
  let sent = 0
  const work = async () => {
    while (sent < requests) {
      const { status } = await send(pool, request, sent++)
      if (status !== 200) throw new Error(`answered ${status}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
}

/** Below fetch(), which would cost more than the servers that are measured. */
function send(
  pool: Pool,
  { path, headers, body }: Request,
  index: number,
): Promise<{ status: number; length: number }> {
  return new Promise((resolve, reject) => {
    let status = 0
    let length = 0
    pool.dispatch(
      { path, method: 'POST', headers, body: typeof body === 'string' ? body : body(index) },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData(_controller, chunk) {
          length += chunk.length
        },
        onResponseEnd: () => resolve({ status, length }),
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })
}

/** Of ascending values. */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN
}
