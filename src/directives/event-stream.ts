/**
 * Gives a stream of events that ends once its viewer may no longer have it: the event at which that is found is handed
 * on, so that the client is told by the denial that it meets, and nothing after it.
 */
export function endAfterDenial<Event>(
  source: AsyncIterable<Event>,
  mayGoOn: () => Promise<boolean>,
): AsyncIterableIterator<Event> {
  const events = source[Symbol.asyncIterator]()
  let ended = false
  const end = async (): Promise<IteratorResult<Event>> => {
    ended = true
    await events.return?.()
    return { done: true, value: undefined }
  }

  // By hand: a generator that waits for the next event cannot be ended from outside until there is one.
  return {
    async next() {
      if (ended) return end()
      const event = await events.next()
      if (!event.done && !(await mayGoOn())) ended = true
      return event
    },
    return: end,
    async throw(cause) {
      await end()
      throw cause
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
