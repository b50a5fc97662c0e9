/** Messages to every instance of this server, the one that sends them included. */
export interface Notifications {
  /**
   * Sends `payload` to all who listen on `channel` at this moment. At most once: what is sent while a connection is
   * down is lost, so nothing may depend on it that is not looked up again sooner or later. Sent after the transaction
   * that it tells of, never inside one.
   *
   * @param channel - lower-case letters and underscores, 63 at most
   * @param payload - 7900 bytes at most, and nothing secret; larger ones are a TypeError
   */
  publish(channel: string, payload: string): Promise<void>
  /** Hands `listener` every payload from now on, in the order of sending; gives what ends it. */
  subscribe(channel: string, listener: (payload: string) => void): () => void
  /** Calls `listener` whenever messages may have been lost; gives what ends it. */
  onGap(listener: () => void): () => void
  /** Ends all listening; nothing is heard or sent any more. */
  close(): Promise<void>
}

/** Bytes; what NOTIFY of PostgreSQL takes besides a channel's name, so that nothing works on one instance that fails on several. */
const payloadLimit = 7900

/** Makes messages within this process: all that a server needs which has its database to itself. */
export function createLocalNotifications(onError: (error: unknown) => void): Notifications {
  const listeners = createListeners(onError)
  let open = true
  return {
    async publish(channel, payload) {
      requireSendable(channel, payload)
      if (open) listeners.hand(channel, payload)
    },
    subscribe: listeners.add,
    // Within one process nothing gets lost.
    onGap: () => () => {},
    async close() {
      open = false
    },
  }
}

/**
 * Makes messages within this process where there are others that do not hear them: what those send may be lost at any
 * time, so every so often there is a gap. It keeps no process alive.
 *
 * @param every - milliseconds from one gap to the next
 */
export function createUnsharedNotifications(onError: (error: unknown) => void, every: number): Notifications {
  const local = createLocalNotifications(onError)
  const gaps = createListeners(onError)
  const timer = setInterval(() => gaps.hand('gap', ''), every).unref()
  return {
    ...local,
    onGap: (listener) => gaps.add('gap', listener),
    async close() {
      clearInterval(timer)
      await local.close()
    },
  }
}

/** Keeps who listens on which channel. A listener that throws keeps nothing from the others. */
export function createListeners(onError: (error: unknown) => void) {
  // An entry of its own for every subscription: the same function may listen twice.
  const entries = new Map<string, Set<{ listener: (payload: string) => void }>>()
  return {
    add(channel: string, listener: (payload: string) => void): () => void {
      requireChannel(channel)
      const entry = { listener }
      const listening = entries.get(channel) ?? new Set()
      entries.set(channel, listening.add(entry))
      return () => {
        listening.delete(entry)
        if (listening.size === 0 && entries.get(channel) === listening) entries.delete(channel)
      }
    },
    hand(channel: string, payload: string): void {
      for (const { listener } of [...(entries.get(channel) ?? [])]) {
        try {
          listener(payload)
        } catch (error) {
          onError(error)
        }
      }
    },
  }
}

/** @throws TypeError where some instance could not be told */
export function requireSendable(channel: string, payload: string): void {
  requireChannel(channel)
  if (Buffer.byteLength(payload) > payloadLimit)
    throw new TypeError(`A payload has at most ${payloadLimit} bytes, not ${Buffer.byteLength(payload)}`)
}

function requireChannel(channel: string): void {
  if (!/^[a-z_]{1,63}$/.test(channel)) throw new TypeError(`"${channel}" is no name of a channel`)
}
