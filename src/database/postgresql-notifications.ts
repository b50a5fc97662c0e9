import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createListeners, type Notifications, requireSendable } from '../notifications.ts'
import { createMutex } from './mutex.ts'
import { toDatabaseError } from './postgresql-connections.ts'

/** One for all: its messages are `channel payload`, so that to subscribe takes no round trip. */
const sharedChannel = 'gatehouse'
/** Milliseconds. */
const connectTimeout = 5_000
const queryTimeout = 2_000
/** Between two questions whether the connection still stands: one that has gone silent says nothing of it by itself. */
const heartbeat = 1_500
const pauses = { first: 50, longest: 5_000 }

/**
 * Makes messages between all instances on one PostgreSQL, by LISTEN and NOTIFY on a connection of its own, which is
 * made when it is first needed, and again whenever it breaks or falls silent.
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

  /** Reads the files that the URL names, such as certificates, which may be away for a moment. */
  const createClient = () =>
    new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeout,
      query_timeout: queryTimeout,
      application_name: 'gatehouse notifications',
      keepAlive: true,
    })

  /** Listens until the connection breaks; false when there was none. */
  async function listenOnce(): Promise<boolean> {
    let own: pg.Client
    try {
      own = createClient()
    } catch (error) {
      onError(toDatabaseError(error))
      return false
    }
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
    const asking = setInterval(() => void ask(own), heartbeat).unref()
    await ended
    clearInterval(asking)
    client = null
    connected = Promise.withResolvers<void>()
    return true
  }

  /** Ends a connection that does not answer, so that another is made. */
  async function ask(own: pg.Client): Promise<void> {
    try {
      await exclusive(() => own.query('SELECT 1'))
    } catch (error) {
      if (own !== client) return
      onError(toDatabaseError(error))
      // What it has not answered yet has it cut off at once.
      await own.end().catch(() => undefined)
    }
  }

  return {
    async publish(channel, payload) {
      requireSendable(channel, payload)
      if (closing.signal.aborted) return
      begin()
      try {
        if (client === null) await Promise.race([connected.promise, sleep(queryTimeout, undefined, { ref: false })])
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
