import { createClient as createEventsClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'

/** A subscription, its text as a string. */
export interface Operation {
  query: string
  variables?: Record<string, unknown> | undefined
}

export interface Answer {
  data?: Record<string, unknown> | null
  /** What was withheld of it. */
  errors?: readonly unknown[]
}

export interface Listener {
  next(answer: Answer): void
  /** A list of errors from the API, or what became of the connection. Nothing comes after it. */
  error(error: unknown): void
  complete(): void
}

/** Begins a subscription; gives what ends it. */
export type Subscribe = (operation: Operation, listener: Listener) => () => void

/** Milliseconds; twice as long each time, and different for each page: not all of them come back at once. */
const wait = (tries: number) => Math.min(30_000, 1000 * 2 ** tries) * (0.5 + Math.random())
const pause = (tries: number) => new Promise<void>((resolve) => setTimeout(resolve, wait(tries)))

/**
 * By WebSocket, one for all subscriptions of the page, open only while there are some. It comes again after whatever
 * broke it but for what it would meet again: the end of the session, and messages that the server does not take.
 *
 * @param url - of the API, as for all else
 * @param onReconnect - reads again what is shown: of what happened meanwhile nothing is told
 */
export function createSocket(url: string, onReconnect: () => void = () => {}): Subscribe {
  const client = createSocketClient({
    url: url.replace(/^http/, 'ws'),
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: pause,
    // Also where there was no server to be found.
    shouldRetry: () => true,
    on: { connected: (_socket, _payload, wasRetry) => void (wasRetry && onReconnect()) },
  })
  return (operation, listener) => client.subscribe(operation, listener)
}

/**
 * The same by server-sent events: each subscription is a request of its own, so that a browser has six of them at most
 * unless the server speaks HTTP/2.
 */
export function createEvents(url: string, onReconnect: () => void = () => {}): Subscribe {
  let isAgain = false
  const client = createEventsClient({
    url,
    credentials: 'include',
    retryAttempts: Number.POSITIVE_INFINITY,
    async retry(tries) {
      isAgain = true
      await pause(tries)
    },
    on: {
      connected() {
        if (isAgain) onReconnect()
        isAgain = false
      },
    },
  })
  return (operation, { next, error, complete }) =>
    client.subscribe(operation, {
      // Without data there is no subscription, or none any more.
      next: (answer) => ('data' in answer ? next(answer as Answer) : error(answer.errors)),
      error,
      complete,
    })
}
