/** What a source of events is told: that there is one, or that there is one and none after it. */
export type Tell = (word: 'changed' | 'deleted') => void

/**
 * Makes a source of events that say no more than that something changed: what it is then, whoever resolves them reads.
 * So those that come while one waits to be fetched are one with it, and a reader that is slow keeps nothing piling up.
 *
 * @param listen - begins to listen; gives what ends it
 */
export function createEventSource(listen: (tell: Tell) => () => void): AsyncIterableIterator<object> {
  let waiting: ((result: IteratorResult<object>) => void) | null = null
  let pending = false
  /** Nothing is listened to any more; an event may wait still. */
  let over = false

  const finish = () => {
    if (!over) stop()
    over = true
  }
  const stop = listen((word) => {
    if (over) return
    if (word === 'deleted') finish()
    if (waiting) {
      waiting({ done: false, value: {} })
      waiting = null
    } else pending = true
  })

  return {
    next() {
      if (pending) {
        pending = false
        return Promise.resolve({ done: false, value: {} })
      }
      if (over) return Promise.resolve({ done: true, value: undefined })
      return new Promise((resolve) => {
        waiting = resolve
      })
    },
    async return() {
      finish()
      pending = false
      waiting?.({ done: true, value: undefined })
      waiting = null
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
