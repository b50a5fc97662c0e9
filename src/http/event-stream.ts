import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FormattedExecutionResult } from 'graphql'
import { print, type StreamData } from 'graphql-sse'
import type { Streaming } from '../graphql/context.ts'
import type { Answers } from '../graphql/open-subscription.ts'

const mediaType = 'text/event-stream'

/** Text that clients skip. */
const comment = ':\n\n'

/** Tells whether a request may be answered with a stream of events, by the media types that it accepts. */
export function streamingOf({ headers }: FastifyRequest): Streaming['mode'] {
  const accept = (headers.accept ?? '').toLowerCase()
  if (!accept.includes(mediaType)) return 'never'
  const accepted = accept.split(',').map((range) => range.split(';', 1)[0]?.trim() ?? '')
  if (!accepted.includes(mediaType)) return 'never'
  return accepted.some((type) => type === '*/*' || type.startsWith('application/')) ? 'possible' : 'always'
}

export interface EventStream {
  answers: Answers | FormattedExecutionResult
  /** Whether it ends because the server stops: then the client is to come again. */
  isCutShort(): boolean
  /** Milliseconds that the client has to take what is sent. */
  patience: number
  /** Milliseconds between two signs of life. */
  heartbeat: number
}

/**
 * Answers with the events of a subscription, as server-sent events in the mode of distinct connections.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @see https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md
 */
export function sendEvents(reply: FastifyReply, stream: EventStream): FastifyReply {
  const signOfLife = setInterval(() => {
    if (reply.raw.headersSent && !reply.raw.writableNeedDrain) reply.raw.write(comment)
  }, stream.heartbeat)
  reply.raw.once('close', () => clearInterval(signOfLife))
  reply.headers({
    'content-type': `${mediaType}; charset=utf-8`,
    'cache-control': 'private, no-store',
    // Nothing follows on this connection: it must not hold up a stop.
    connection: 'close',
    'x-accel-buffering': 'no',
  })
  return reply.send(Readable.from(printEvents(reply, stream), { objectMode: false, highWaterMark: 1 }))
}

async function* printEvents(reply: FastifyReply, { answers, isCutShort, patience }: EventStream) {
  // A client that does not read holds what was sent to it in memory.
  const drop = () => {
    reply.log.info('a client read its events too slowly')
    reply.raw.destroy()
  }
  let timer: NodeJS.Timeout | undefined
  try {
    for await (const text of textOf(answers, isCutShort)) {
      timer = setTimeout(drop, patience)
      yield text
      clearTimeout(timer)
    }
  } finally {
    clearTimeout(timer)
  }
}

async function* textOf(answers: Answers | FormattedExecutionResult, isCutShort: () => boolean) {
  // Browsers tell that the stream is open only once there is something in it.
  yield comment
  if (Symbol.asyncIterator in answers) for await (const answer of answers) yield printAnswer(answer)
  else yield printAnswer(answers)
  // Without this word clients take the connection for broken, and come again.
  if (!isCutShort()) yield print({ event: 'complete', data: null })
}

function printAnswer(answer: FormattedExecutionResult): string {
  // Errors are formatted already, which the library leaves to JSON.
  return print({ event: 'next', data: answer as StreamData<'next'> })
}
