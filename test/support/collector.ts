import { createServer, type IncomingHttpHeaders } from 'node:http'
import { onTestFinished } from 'vitest'

type Attribute = string | number | boolean | undefined

/** A span, as it came over the wire; the parts of it that tests look at. */
export interface ReceivedSpan {
  name: string
  /** 1 for internal ones, 2 of a server, 3 of a client. */
  kind: number
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  attributes: Record<string, Attribute>
  /** 2 for an error. */
  status: number
}

export interface TestCollector {
  url: string
  spans: ReceivedSpan[]
  /** The names of the metrics that came. */
  metrics: Set<string>
  /** What the service says of itself. */
  resource: Record<string, Attribute>
  requests: { path: string; headers: IncomingHttpHeaders }[]
  /** All that came, as it came. */
  text: string
  close(): Promise<void>
}

interface KeyValue {
  key: string
  value: { stringValue?: string; intValue?: number; boolValue?: boolean }
}
interface Resource {
  resource?: { attributes: KeyValue[] }
}
interface WireSpan extends Pick<ReceivedSpan, 'name' | 'kind' | 'traceId' | 'spanId' | 'parentSpanId'> {
  attributes: KeyValue[]
  status: { code?: number }
}
interface Export {
  resourceSpans?: (Resource & { scopeSpans: { spans: WireSpan[] }[] })[]
  resourceMetrics?: (Resource & { scopeMetrics: { metrics: { name: string }[] }[] })[]
}

/** A collector that takes OTLP over HTTP in JSON; it ends with the test. */
export async function startCollector(): Promise<TestCollector> {
  const collector: TestCollector = {
    url: '',
    spans: [],
    metrics: new Set(),
    resource: {},
    requests: [],
    text: '',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      collector.requests.push({ path: request.url ?? '', headers: request.headers })
      collector.text += body
      take(collector, JSON.parse(body))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => collector.close())
  const address = server.address()
  collector.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  return collector
}

function take(collector: TestCollector, { resourceSpans = [], resourceMetrics = [] }: Export): void {
  for (const { resource } of [...resourceSpans, ...resourceMetrics])
    collector.resource = read(resource?.attributes ?? [])
  for (const span of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))) {
    const { name, kind, traceId, spanId, parentSpanId, attributes, status } = span
    const received = { name, kind, traceId, spanId, parentSpanId, attributes: read(attributes) }
    collector.spans.push({ ...received, status: status.code ?? 0 })
  }
  for (const { scopeMetrics } of resourceMetrics)
    for (const { name } of scopeMetrics.flatMap(({ metrics }) => metrics)) collector.metrics.add(name)
}

function read(attributes: readonly KeyValue[]): Record<string, Attribute> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.boolValue]),
  )
}
