import { onTestFinished } from 'vitest'
import type { Client, GraphqlError } from './client.ts'

/** One answer of a subscription. */
export interface Told<Data = Record<string, unknown>> {
  data?: Data | null
  errors?: GraphqlError[]
}

/** A stream of events as a browser reads it. */
export interface Events {
  status: number
  headers: Headers
  /** The next answer; `complete` at its proper end, `cut` where the connection ended without that word. */
  next(): Promise<Told | 'complete' | 'cut'>
  /** Whatever else is told within so many milliseconds; null for nothing. */
  within(milliseconds: number): Promise<Told | 'complete' | 'cut' | null>
  /** The body of an answer that is no stream. */
  body(): Promise<Told>
  close(): void
}

export const documentChanged = /* GraphQL */ `
  subscription DocumentChanged($id: ID!) { documentChanged(id: $id) { id title version } }
`

/** Opens one with the client's cookies, by POST; is closed with the test. */
export async function openEvents(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Events> {
  return readEvents(client, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
  })
}

/** The same for any request. */
export async function readEvents(client: Client, init: RequestInit, path = '/graphql'): Promise<Events> {
  const ending = new AbortController()
  const headers = new Headers(init.headers)
  const cookie = await client.jar.getCookieString(client.url)
  if (cookie !== '' && !headers.has('cookie')) headers.set('cookie', cookie)
  const response = await fetch(`${client.url}${path}`, { ...init, headers, signal: ending.signal })
  onTestFinished(() => ending.abort())

  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  const messages = isStream && response.body ? readMessages(response.body) : null
  let pending: Promise<Told | 'complete' | 'cut'> | null = null
  // Kept until it is taken: what comes while nobody waits is not lost.
  const peek = () => {
    if (!messages) throw new Error(`There should be a stream: ${response.status}`)
    pending ??= messages.next().then(({ value, done }) => (done ? 'cut' : value))
    return pending
  }
  const next = async () => {
    const told = await peek()
    pending = null
    return told
  }
  return {
    status: response.status,
    headers: response.headers,
    next,
    within: async (milliseconds) =>
      (await Promise.race([peek(), new Promise<null>((resolve) => setTimeout(resolve, milliseconds, null))])) && next(),
    body: () => response.json() as Promise<Told>,
    close: () => ending.abort(),
  }
}

async function* readMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<Told | 'complete'> {
  let text = ''
  const decoder = new TextDecoder()
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true })
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end < 0) break
        const [first = '', second = ''] = text.slice(0, end).split('\n')
        text = text.slice(end + 2)
        if (first === 'event: next') yield JSON.parse(second.slice('data: '.length))
        if (first === 'event: complete') yield 'complete'
      }
    }
  } catch {
    // A connection that breaks is one that was cut.
  }
}
