import type { FastifyBaseLogger } from 'fastify'
import type { WebSocket } from 'ws'

/** Who is at the other end of a WebSocket. */
export interface Peer {
  readonly protocol: string
  /** Whether nothing is sent any more. */
  readonly isClosed: boolean
  /** Resolves once the message is handed to the network, or will never be. */
  send(text: string): Promise<void>
  /** Ends the connection; one that does not agree is cut soon after. */
  close(code?: number, reason?: string): void
  /** Calls `listener` with each message; what it throws is the message's fault. */
  onMessage(listener: (text: string) => Promise<void>): void
}

export interface PeerOptions {
  /** Milliseconds that it has to take what is sent to it. */
  patience: number
  /** Milliseconds between two signs of life. */
  heartbeat: number
  log: FastifyBaseLogger
}

/** Bytes that wait to be sent, past which nothing more is read: what is not read is not answered. */
const mostWaiting = 64 * 1024
/** Bytes of the reason for an end (RFC 6455, section 5.5). */
const longestReason = 123

/** The codes that this server ends connections with by itself; those of graphql-transport-ws stand beside them. */
export const closeCode = {
  goingAway: 1001,
  tryAgainLater: 1013,
  badRequest: 4400,
  unauthorized: 4401,
  idTaken: 4409,
} as const

/** Makes of a WebSocket who is at its other end: lets go of those that are gone or do not read, and holds up nothing. */
export function createPeer(socket: WebSocket, { patience, heartbeat, log }: PeerOptions): Peer {
  let isAlive = true
  const close = (code: number, reason = '') => {
    socket.close(code, Buffer.byteLength(reason) > longestReason ? '' : reason)
  }
  const drop = () => {
    if (socket.readyState !== socket.OPEN) return
    log.info('a client read its events too slowly')
    close(closeCode.tryAgainLater, 'Events were read too slowly')
  }
  const holdBack = () => {
    if (socket.bufferedAmount > mostWaiting) socket.pause()
  }
  const goOn = () => {
    if (socket.isPaused && socket.bufferedAmount <= mostWaiting) socket.resume()
  }
  /** Has something sent that it has to take in time; `write` calls what it is given once that is with the network. */
  const deliver = (write: (sent: () => void) => void, then = () => {}) => {
    const timer = setTimeout(drop, patience)
    write(() => {
      clearTimeout(timer)
      goOn()
      then()
    })
    holdBack()
  }

  const signOfLife = setInterval(() => {
    if (!isAlive) return socket.terminate()
    // While nothing is read of what it sends, its answer would not be heard either.
    isAlive = socket.isPaused
    socket.ping()
  }, heartbeat)
  socket.on('close', () => clearInterval(signOfLife))
  socket.on('pong', () => {
    isAlive = true
  })
  socket.on('ping', (data) => deliver((sent) => socket.pong(data, false, sent)))
  // What breaks the protocol, or is too large: the library ends the connection, with the code for it.
  socket.on('error', (error) => log.info({ err: error }, 'a client broke the protocol'))

  return {
    protocol: socket.protocol,
    get isClosed() {
      return socket.readyState !== socket.OPEN
    },
    send(text) {
      if (socket.readyState !== socket.OPEN) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      deliver((sent) => socket.send(text, sent), resolve)
      return promise
    },
    close: (code = closeCode.goingAway, reason) => close(code, reason),
    onMessage(listener) {
      socket.on('message', async (data, isBinary) => {
        isAlive = true
        if (socket.readyState !== socket.OPEN) return
        try {
          if (isBinary) throw new TypeError('Messages are text')
          await listener(data.toString())
        } catch (error) {
          log.info({ err: error }, 'a client sent no message of the protocol')
          close(closeCode.badRequest, 'Invalid message received')
        }
      })
    },
  }
}
