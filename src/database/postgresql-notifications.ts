import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createListeners, type Notifications, requireSendable } from '../notifications.ts'
import { createMutex } from './mutex.ts'
import { toDatabaseError } from './postgresql-connections.ts'

/** One for all: its messages are `channel payload`, so that to subscribe takes no round trip. */
const sharedChannel = 'gatehouse'
/** Milliseconds. */
const connectTimeout = 5_000
const publishTimeout = 2_000
const pauses = { first: 50, longest: 5_000 }

/**
 * Makes messages between all instances on one PostgreSQL, by LISTEN and NOTIFY on a connection of its own, which is
 * made when it is first needed, and again whenever it breaks.
 *
 * @param onError - is told of what was lost; who publishes is not, since what they tell of has happened anyway
 */
export function createPostgresqlNotifications(url: string, onError: (error: unknown) => void): Notifications {
  const listeners = createListeners(onError)
  const gaps = createListeners(onError)
  const closing = new AbortController()
  /** One statement at a time. */
  const exclusive = createMutex()
  let running: Promise<void> | null = null
  let client: pg.Client | null = null
  let connected = Promise.withResolvers<void>()

  const begin = () => {
    if (!closing.signal.aborted) running ??= run()
  }

  async function run(): Promise<void> {
    for (let pause = pauses.first; !closing.signal.aborted; pause = Math.min(pause * 2, pauses.longest)) {
      if (await listenOnce()) pause = pauses.first
      await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }

  /** Listens until the connection breaks; false when there was none. */
  async function listenOnce(): Promise<boolean> {
    const own = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeout,
      query_timeout: publishTimeout,
      application_name: 'gatehouse notifications',
      keepAlive: true,
    })
    const ended = new Promise<void>((resolve) => own.once('end', resolve))
    // Without a listener a connection that breaks ends the process.
    own.on('error', (error) => onError(toDatabaseError(error)))
    own.on('notification', ({ payload = '' }) => {
      const space = payload.indexOf(' ')
      listeners.hand(payload.slice(0, space), payload.slice(space + 1))
    })
    try {
      await own.connect()
      await own.query(`LISTEN ${sharedChannel}`)
    } catch (error) {
      onError(toDatabaseError(error))
      await own.end().catch(() => undefined)
      return false
    }
    client = own
    connected.resolve()
    gaps.hand('gap', '')
    if (closing.signal.aborted) await own.end()
    await ended
    client = null
    connected = Promise.withResolvers<void>()
    return true
  }

  return {
    async publish(channel, payload) {
      requireSendable(channel, payload)
      if (closing.signal.aborted) return
      begin()
      try {
        if (client === null) await Promise.race([connected.promise, sleep(publishTimeout, undefined, { ref: false })])
        await exclusive(async () => {
          if (client === null) throw new Error('There is no connection to notify by')
          await client.query('SELECT pg_notify($1, $2)', [sharedChannel, `${channel} ${payload}`])
        })
      } catch (error) {
        onError(toDatabaseError(error))
      }
    },
    subscribe(channel, listener) {
      begin()
      return listeners.add(channel, listener)
    },
    onGap: (listener) => gaps.add('gap', listener),
    async close() {
      closing.abort()
      await client?.end().catch(() => undefined)
      await running
    },
  }
}
