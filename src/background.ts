/** Work that is done again and again until it is stopped. */
export interface Background {
  /** Waits for what is under way. */
  stop(): Promise<void>
}

/**
 * Does `work` every so often, never twice at once, and goes on after a failure. It keeps no process alive.
 *
 * @param every - milliseconds from the end of one time to the beginning of the next
 */
export function repeat({
  every,
  work,
  onError,
}: {
  every: number
  work: () => Promise<unknown>
  onError: (error: unknown) => void
}): Background {
  let stopped = false
  let underWay: Promise<void> = Promise.resolve()
  const wait = () => setTimeout(begin, every).unref()
  let timer = wait()

  function begin() {
    underWay = once().finally(() => {
      if (!stopped) timer = wait()
    })
  }
  async function once() {
    try {
      await work()
    } catch (error) {
      onError(error)
    }
  }

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await underWay
    },
  }
}
