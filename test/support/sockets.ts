import { setTimeout as sleep } from 'node:timers/promises'
import { createClient as createSocketClient } from 'graphql-ws'
import { onTestFinished } from 'vitest'
import WebSocket, { type ClientOptions } from 'ws'
import type { Client, GraphqlError } from './client.ts'
import type { Told } from './events.ts'

/** A message of graphql-transport-ws. */
export interface Message {
  type: string
  id?: string
  payload?: unknown
}

/** How a socket ended. */
export interface Closed {
  closed: number
  reason: string
}

/** What is heard of one, in order. */
interface Heard<Word> {
  /** The next word. */
  next(): Promise<Word>
  /** Whatever else is heard within so many milliseconds; null for nothing. */
  within(milliseconds: number): Promise<Word | null>
}

/** A WebSocket that says just what it is told to. */
export interface RawSocket extends Heard<Message | Closed> {
  socket: WebSocket
  send(message: Message | string): void
  /** Says who it is; gives the answer. */
  initialise(payload?: unknown): Promise<Message | Closed>
  subscribe(id: string, query: string, variables?: Record<string, unknown>): void
  closed: Promise<Closed>
}

/** Why there is no socket: the answer to the request for one. */
export interface Refused {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: { errors?: GraphqlError[] }
}

export const protocol = 'graphql-transport-ws'

/** Opens one with the client's cookies; it ends with the test. Rejects with {@link Refused} when it is refused. */
export async function openSocket(
  client: Client,
  { headers = {}, protocols = protocol, ...options }: ClientOptions & { protocols?: string | string[] } = {},
): Promise<RawSocket> {
  const cookies = await cookiesOf(client)
  const socket = new WebSocket(addressOf(client.url), protocols, { ...options, headers: { ...cookies, ...headers } })
  onTestFinished(() => socket.terminate())
  const { hear, ...heard } = createHearing<Message | Closed>()
  const closed = new Promise<Closed>((resolve) => {
    socket.once('close', (code, reason) => {
      const end = { closed: code, reason: String(reason) }
      hear(end)
      resolve(end)
    })
  })
  socket.on('message', (data) => hear(JSON.parse(String(data))))
  await opening(socket)
  const send = (message: Message | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  return {
    ...heard,
    socket,
    send,
    initialise(payload) {
      send({ type: 'connection_init', ...(payload !== undefined && { payload }) })
      return heard.next()
    },
    subscribe: (id, query, variables = {}) => send({ type: 'subscribe', id, payload: { query, variables } }),
    closed,
  }
}

/** What a request for a socket is answered with instead of one. */
export function refusalOf(opening: Promise<RawSocket>): Promise<Refused> {
  return opening.then(
    () => {
      throw new Error('There should be no socket')
    },
    (refused) => refused,
  )
}

/** One subscription on a socket of its own. */
export interface Subscription extends Heard<Told | 'complete' | 'cut'> {
  /** How the socket ended. */
  closed: Promise<Closed>
  /** Wants no more. */
  end(): void
}

/** Subscribes by graphql-ws's own client; ends with the test. */
export async function subscribe(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
  { headers = {}, connectionParams }: { headers?: object; connectionParams?: Record<string, unknown> } = {},
): Promise<Subscription> {
  const cookies = await cookiesOf(client)
  // As a browser does it: by itself, out of reach of the page.
  class Browser extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers: { ...cookies, ...headers } })
    }
  }
  const closed = Promise.withResolvers<Closed>()
  const socketClient = createSocketClient({
    url: addressOf(client.url),
    webSocketImpl: Browser,
    retryAttempts: 0,
    ...(connectionParams && { connectionParams }),
    on: {
      closed(event) {
        const { code, reason } = event as { code: number; reason: string }
        closed.resolve({ closed: code, reason })
      },
    },
  })
  onTestFinished(() => void socketClient.dispose())
  const { hear, ...heard } = createHearing<Told | 'complete' | 'cut'>()
  const end = socketClient.subscribe(
    { query, variables },
    {
      next: (answer) => hear(answer as Told),
      error: (error) => hear(Array.isArray(error) ? { errors: error } : 'cut'),
      complete: () => hear('complete'),
    },
  )
  return { ...heard, closed: closed.promise, end }
}

function addressOf(url: string): string {
  return `${url.replace('http', 'ws')}/graphql`
}

async function cookiesOf({ jar, url }: Client): Promise<Record<string, string>> {
  const cookie = await jar.getCookieString(url)
  return cookie === '' ? {} : { cookie }
}

function opening(socket: WebSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('open', resolve)
  socket.once('unexpected-response', async (_, response) => {
    let text = ''
    for await (const chunk of response) text += chunk
    reject({
      status: response.statusCode,
      headers: response.headers,
      body: text.startsWith('{') ? JSON.parse(text) : {},
    })
  })
  socket.on('error', reject)
  return promise
}

function createHearing<Word>(): Heard<Word> & { hear(word: Word): void } {
  const words: Word[] = []
  let heard = Promise.withResolvers<void>()
  const take = () => {
    const [word] = words.splice(0, 1)
    if (word === undefined) throw new Error('Somebody else should not have taken it')
    return word
  }
  return {
    hear(word) {
      words.push(word)
      heard.resolve()
      heard = Promise.withResolvers()
    },
    async next() {
      if (words.length === 0) await heard.promise
      return take()
    },
    async within(milliseconds) {
      if (words.length === 0) await Promise.race([heard.promise, sleep(milliseconds)])
      return words.length === 0 ? null : take()
    },
  }
}
