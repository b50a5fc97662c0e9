import type { CollectorSettings } from '../config.ts'

/** How an export ended; what `@opentelemetry/core` calls an ExportResult. */
interface Result {
  code: number
  error?: Error
}
interface Exporter<Items> {
  export(items: Items, done: (result: Result) => void): void
}

/** Milliseconds for one export with its retries. */
export const exportTimeout = 5_000

/** Where the signal goes, and what shows who sends. */
export function exporterOptions({ url, headers }: CollectorSettings, signal: 'traces' | 'metrics') {
  return { url: `${url}/v1/${signal}`, headers: { ...headers }, timeoutMillis: exportTimeout }
}

/**
 * Has the log told when the collector is no longer reached, and when it is again: once, not for each export. What could
 * not be sent is lost.
 */
export function tellFailures<Items, Sender extends Exporter<Items>>(
  exporter: Sender,
  { onFailure, onRecovery }: { onFailure(error: unknown): void; onRecovery(): void },
): Sender {
  const send = exporter.export.bind(exporter)
  let failing = false
  exporter.export = (items: Items, done: (result: Result) => void) =>
    send(items, (result) => {
      if (result.code !== 0 && !failing) onFailure(result.error)
      if (result.code === 0 && failing) onRecovery()
      failing = result.code !== 0
      done(result)
    })
  return exporter
}
