import type { AddressInfo } from 'node:net'

/**
 * Tells the process that measures where this one listens, and from then on, when asked, the CPU time that it has used,
 * in microseconds, or the memory that it holds.
 */
export function tell(address: AddressInfo | string | null | undefined, cookies?: Record<string, string>): void {
  if (typeof address !== 'object' || !address) throw new TypeError('expected a port')
  process.on('message', (asked) => {
    if (asked === 'memory') globalThis.gc?.()
    process.send?.(asked === 'memory' ? process.memoryUsage() : totalOf(process.cpuUsage()))
  })
  // Whoever measures is gone.
  process.on('disconnect', () => process.exit())
  process.send?.({ port: address.port, cookies })
}

function totalOf({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}
