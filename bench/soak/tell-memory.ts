/** Loaded before the server: tells the parent, whenever it asks, what memory is held once the garbage is collected. */
process.on('message', () => {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ rss, heapUsed, external })
})
// The channel alone keeps no server alive that was told to stop.
process.channel?.unref()

/** Bytes: the whole process, and what JavaScript and its buffers hold. */
export interface Memory {
  rss: number
  heapUsed: number
  external: number
}
