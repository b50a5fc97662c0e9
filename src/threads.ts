import { Piscina } from 'piscina'

/** Threads that start when there is work for them, and end once there was none for a minute. */
export interface Threads {
  /**
   * Has a thread run a function of the file, one at a time each.
   *
   * @param name - of the function, if not the default one
   * @throws whatever it throws, or what keeps a thread from starting or ended it
   */
  run<Result>(task: unknown, name?: string): Promise<Result>
  /** Waits for what runs. */
  close(): Promise<void>
}

/** Milliseconds that a thread waits for more work before it ends. */
const idleTimeout = 60_000

/**
 * @param file - a module whose functions do the work, synchronously
 * @param options.most - threads at a time
 * @param options.niceness - how far they stand back behind this one, 19 at most. On Linux alone: elsewhere it would be all
 * of the process that it held back
 */
export function createThreads(file: URL, { most, niceness = 0 }: { most: number; niceness?: number }): Threads {
  const pool = new Piscina({
    filename: file.href,
    minThreads: 0,
    maxThreads: most,
    idleTimeout,
    niceIncrement: process.platform === 'linux' ? niceness : 0,
  })
  const waiting = new Set<AbortController>()
  let fault: unknown = null
  // Of a thread that could not start, or ended while it had nothing to do. Without a listener the process ends.
  pool.on('error', (error) => {
    fault = error
  })
  pool.on('workerDestroy', () => {
    // Once it is gone: nobody starts another for what waits in the queue, which would wait for ever.
    setImmediate(() => {
      if (pool.threads.length > 0 || pool.queueSize === 0) return
      for (const each of waiting) each.abort(fault ?? new Error('The last thread ended, and others wait for one'))
      fault = null
    })
  })

  return {
    async run(task, name = 'default') {
      const failed = new AbortController()
      waiting.add(failed)
      try {
        return await pool.run(task, { name, signal: failed.signal })
      } catch (error) {
        throw failed.signal.aborted ? failed.signal.reason : error
      } finally {
        waiting.delete(failed)
      }
    },
    close: () => pool.close(),
  }
}
