import type { Tracer } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { type IMetricReader, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { CollectorSettings, TelemetrySettings } from '../config.ts'
import { exporterOptions, exportTimeout, tellFailures } from './collector.ts'
import { createRequestFollower, type FollowedRequest, type RequestFollower } from './follow-requests.ts'
import { createInstruments, createStatementKinds, type Instruments } from './instruments.ts'
import { type MetricsServer, openMetricsServer } from './metrics-server.ts'

export interface Telemetry
  extends Pick<RequestFollower, 'follow' | 'followOperation'>,
    Pick<Instruments, 'decisions' | 'signIn' | 'lookup'> {
  /** Begins a statement; gives what is called when it is over. */
  followStatement(sql: string): (error?: unknown) => void
  /** Where metrics are read; null where they are not. */
  metricsPort: number | null
  /** Sends what is not sent yet, for at most three seconds, and closes the port. */
  close(): Promise<void>
}

export interface TelemetryOptions extends TelemetrySettings {
  /** The database, as the conventions call it. */
  system: string
  /** What this process runs, for the resource. */
  version: string
  /** This process, among others that run the same. */
  instanceId: string
  /** The request that the caller works for; null for what the server does by itself. */
  current(): FollowedRequest | null
  /** Told when the collector is no longer reached. */
  onFailure(error: unknown): void
  /** Told when it is again. */
  onRecovery(): void
}

const scope = 'gatehouse'
/** Milliseconds that a stop waits for the collector. */
const stopTimeout = 3_000

/**
 * Begins to measure. Nothing is registered with the API as everybody's: two servers in one process have one each.
 *
 * @throws ConfigError when the port for metrics cannot be listened on
 */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const resource = resourceFromAttributes({
    'service.version': options.version,
    'service.instance.id': options.instanceId,
    ...options.resource,
  })
  const readers: IMetricReader[] = []
  let metricsServer: MetricsServer | null = null
  if (options.prometheus) {
    const { PrometheusExporter } = await import('@opentelemetry/exporter-prometheus')
    const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true })
    readers.push(exporter)
    metricsServer = await openMetricsServer(options.prometheus, (request, response) => {
      exporter.getMetricsRequestHandler(request, response)
      // Prometheus refuses what does not say which version of its format it is in.
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8')
    })
  }
  const { collector } = options
  if (collector) readers.push(await createMetricReader(collector, options))
  const meters = new MeterProvider({ resource, readers })
  const tracers = collector
    ? new TracerProvider({
        resource,
        sampler: createSampler(collector),
        spanProcessors: [await createSpanProcessor(collector, options)],
        spanLimits: { attributeValueLengthLimit: 256 },
      })
    : null

  const instruments = createInstruments(meters.getMeter(scope, options.version))
  const tracer: Tracer | null = tracers?.getTracer(scope, options.version) ?? null
  const follower = createRequestFollower(instruments, tracer, options.current)
  const kindOf = createStatementKinds(options.system)
  return {
    follow: follower.follow,
    followOperation: follower.followOperation,
    followStatement: (sql) => follower.followStatement(kindOf(sql)),
    decisions: instruments.decisions,
    signIn: instruments.signIn,
    lookup: instruments.lookup,
    metricsPort: metricsServer?.port ?? null,
    async close() {
      await metricsServer?.close()
      // A collector that does not answer holds up nobody's stop; that it failed was told.
      await Promise.allSettled([within(stopTimeout, meters.shutdown()), within(stopTimeout, tracers?.shutdown())])
    },
  }
}

async function createMetricReader(collector: CollectorSettings, options: TelemetryOptions): Promise<IMetricReader> {
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http')
  return new PeriodicExportingMetricReader({
    exporter: tellFailures(new OTLPMetricExporter(exporterOptions(collector, 'metrics')), options),
    exportIntervalMillis: collector.metricInterval,
    exportTimeoutMillis: Math.min(exportTimeout, collector.metricInterval),
  })
}

async function createSpanProcessor(collector: CollectorSettings, options: TelemetryOptions) {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  return new BatchSpanProcessor({
    exporter: tellFailures(new OTLPTraceExporter(exporterOptions(collector, 'traces')), options),
    exportTimeoutMillis: exportTimeout,
  })
}

function createSampler({ sampler, ratio }: CollectorSettings): Sampler {
  const [base, isFollowing] = sampler.startsWith('parentbased_')
    ? [sampler.slice('parentbased_'.length), true]
    : [sampler, false]
  const root =
    base === 'always_on'
      ? new AlwaysOnSampler()
      : base === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(ratio)
  return isFollowing ? new ParentBasedSampler({ root }) : root
}

async function within(milliseconds: number, work: Promise<void> | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  await Promise.race([work, promise]).finally(() => clearTimeout(timer))
}
