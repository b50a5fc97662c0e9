import { describe, expect, it } from 'vitest'
import { demoPassword } from '../../src/demo.ts'
import { createLogger } from '../../src/http/logger.ts'
import { DocumentsDocument, LoginDocument, MeDocument } from '../support/__generated__/operations.ts'
import { createClient } from '../support/client.ts'
import { startCollector } from '../support/collector.ts'
import { type Env, startServer } from '../support/server.ts'

const parent = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' }
const traceparent = `00-${parent.trace}-${parent.span}-01`

async function open(env: Env = {}) {
  const collector = await startCollector()
  const lines: Record<string, unknown>[] = []
  const logger = createLogger('trace', { write: (line) => lines.push(JSON.parse(line)) })
  const server = await startServer({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env }, logger })
  return { ...server, collector, lines, client: createClient(server.url) }
}

describe('the traces', () => {
  it('reach the collector at the stop at the latest, with metrics and what the service is', async () => {
    const env = {
      OTEL_SERVICE_NAME: 'accounts',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,service.namespace=a%2Cb',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b, authorization=Basic YWI=',
    }
    const { client, collector, close } = await open(env)
    await client.execute('{ session { id } }')
    expect(collector.requests).toEqual([])
    await close()
    expect(collector.spans.map(({ name }) => name)).toContain('POST /graphql')
    expect(collector.metrics).toContain('http.server.request.duration')
    expect(collector.resource).toEqual({
      'service.name': 'accounts',
      'service.version': expect.stringMatching(/^\d/),
      'service.instance.id': expect.any(String),
      'deployment.environment.name': 'staging',
      'service.namespace': 'a,b',
    })
    expect(new Set(collector.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces', '/v1/metrics']))
    for (const { headers } of collector.requests)
      expect(headers).toMatchObject({ 'x-key': 'a b', authorization: 'Basic YWI=', 'content-type': 'application/json' })
  })

  it('have a span for the request, its operation and each statement, one in the other', async () => {
    const { client, collector, close } = await open()
    await client.login('member@example.com')
    await client.execute('query WhoAmI { me { id } }')
    await client.send('/health/ready')
    await close()
    const named = (name: string, of = collector.spans) => of.filter((span) => span.name === name)
    const [login, query] = named('POST /graphql')
    expect(query).toMatchObject({ kind: 2, parentSpanId: undefined, status: 0 })
    expect(query?.attributes).toEqual({
      'http.request.method': 'POST',
      'url.scheme': 'http',
      'http.route': '/graphql',
      'http.response.status_code': 200,
    })
    const [operation] = named('query')
    expect(operation).toMatchObject({ kind: 1, traceId: query?.traceId, parentSpanId: query?.spanId })
    expect(operation?.attributes).toEqual({ 'graphql.operation.type': 'query', 'graphql.operation.name': 'WhoAmI' })
    // Who asks is read before there is an operation.
    const [session] = named('SELECT sessions').filter(({ traceId }) => traceId === query?.traceId)
    expect(session).toMatchObject({ kind: 3, parentSpanId: query?.spanId })
    expect(session?.attributes).toMatchObject({ 'db.operation.name': 'SELECT', 'db.collection.name': 'sessions' })

    const [mutation] = named('mutation')
    expect(mutation?.parentSpanId).toBe(login?.spanId)
    const [insert] = named('INSERT sessions').filter(({ traceId }) => traceId === login?.traceId)
    expect(insert).toMatchObject({ kind: 3, parentSpanId: mutation?.spanId })
    expect(named('COMMIT').map(({ parentSpanId }) => parentSpanId)).toContain(mutation?.spanId)

    const [health] = named('GET /health/ready')
    const asked = collector.spans.filter(({ traceId, name }) => traceId === health?.traceId && /^SELECT\b/.test(name))
    expect(asked).toMatchObject([{ parentSpanId: health?.spanId }])
    expect(login?.traceId).not.toBe(query?.traceId)
  })

  it('tell failures by code alone', async () => {
    const { client, collector, close, database } = await open()
    await client.execute('{ auditEvents { totalCount } }')
    await client.execute('{ nothing }')
    await database.close()
    await client.execute(LoginDocument, { email: 'member@example.com', password: demoPassword })
    await client.send('/health/ready')
    await close().catch(() => {})
    const failed = collector.spans.filter(({ status }) => status === 2)
    expect(failed.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual(
      expect.arrayContaining([
        ['query', 'UNAUTHENTICATED'],
        ['GraphQL Operation', 'GRAPHQL_VALIDATION_FAILED'],
        ['mutation', 'INTERNAL_SERVER_ERROR'],
        ['GET /health/ready', '503'],
      ]),
    )
    expect(collector.text).not.toContain('exception')
  })

  it('are found from each line of the log about a request', async () => {
    const { client, collector, lines, close, database } = await open()
    await client.execute('{ session { id } }')
    await database.close()
    await client.execute(LoginDocument, { email: 'member@example.com', password: demoPassword })
    await expect.poll(() => lines.filter(({ msg }) => msg === 'request')).toHaveLength(2)
    await close().catch(() => {})
    const requests = collector.spans.filter(({ name }) => name === 'POST /graphql')
    const idsOf = (message: string) =>
      lines.filter(({ msg }) => msg === message).map((line) => [line.trace_id, line.span_id])
    expect(idsOf('request')).toEqual(requests.map(({ traceId, spanId }) => [traceId, spanId]))
    expect(idsOf('a field failed')).toEqual(idsOf('request').slice(1))
  })

  it('are no part of the log where there are none', async () => {
    const lines: string[] = []
    const { url } = await startServer({
      env: { METRICS_PORT: '0' },
      logger: createLogger('trace', { write: (line) => lines.push(line) }),
    })
    await createClient(url).execute('{ session { id } }', {}, { traceparent })
    await expect.poll(() => lines.join('')).toContain('"request"')
    expect(lines.join('')).not.toMatch(/trace_id|span_id/)
    expect(lines.join('')).not.toContain(parent.trace)
  })
})

describe('the trace that a request says it belongs to', () => {
  const send = async (env: Env, header: string) => {
    const { client, collector, close } = await open(env)
    await client.execute('{ session { id } }', {}, { traceparent: header, tracestate: 'a=b', baggage: 'c=d' })
    await close()
    return collector
  }

  it('is the one that a trusted proxy names', async () => {
    const { spans, text } = await send({ TRUST_PROXY: '1' }, traceparent)
    const [request] = spans.filter(({ name }) => name === 'POST /graphql')
    expect(request).toMatchObject({ traceId: parent.trace, parentSpanId: parent.span })
    expect(text).not.toMatch(/a=b|c=d/)
  })

  it('is a new one where no proxy is trusted: clients do not choose', async () => {
    const { spans, text } = await send({}, traceparent)
    expect(spans.find(({ name }) => name === 'POST /graphql')?.parentSpanId).toBeUndefined()
    expect(text).not.toContain(parent.trace)
  })

  it.each([
    ['of another form', 'hello'],
    ['without ids', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
    ['in capitals', traceparent.toUpperCase()],
    ['that goes on', `${traceparent}-${'x'.repeat(1000)}`],
  ])('is a new one for a header %s', async (_, header) => {
    const { spans } = await send({ TRUST_PROXY: '1' }, header)
    const [request] = spans.filter(({ name }) => name === 'POST /graphql')
    expect(request?.traceId).toMatch(/^[\da-f]{32}$/)
    expect(request?.parentSpanId).toBeUndefined()
  })

  it('is sampled as the proxy decided, or as the ratio does', async () => {
    const unsampled = `00-${parent.trace}-${parent.span}-00`
    expect((await send({ TRUST_PROXY: '1' }, unsampled)).spans).toEqual([])
    const alone = { TRUST_PROXY: '1', OTEL_TRACES_SAMPLER: 'always_on' }
    expect((await send(alone, unsampled)).spans).not.toEqual([])
    const none = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }
    const collector = await send(none, traceparent)
    expect(collector.spans).toEqual([])
    expect(collector.metrics).toContain('http.server.request.duration')
  })
})

describe('what is sent to the collector', () => {
  it('holds no address, id, password, token, value or query string', async () => {
    const { client, collector, close, url } = await open({ METRICS_PORT: '0' })
    await client.login('member@example.com')
    const { body } = await client.execute(MeDocument)
    await client.execute(DocumentsDocument, { filter: { title: 'canary-title' } } as never)
    await createClient(url).login('canary@example.com', 'canary-password')
    await client.execute('mutation { updateProfile(name: "canary-name") { id } }')
    await client.execute('{ me { id } }', {}, { authorization: 'Bearer canary-token', cookie: 'session=canary-cookie' })
    await client.send('/nowhere/canary-path?token=canary-query', { headers: { 'user-agent': 'canary-agent' } })
    await client.send('/oauth/canary-provider/callback?code=canary-code')
    await close()
    const session = (await client.cookie('session')) ?? ''
    const id = body.data?.me?.id ?? ''
    expect([session.length > 100, id.length > 10, collector.spans.length > 20]).toEqual([true, true, true])
    for (const secret of ['canary', session, id, demoPassword, 'example.com', '127.0.0.1'])
      expect(collector.text.includes(secret), secret).toBe(false)
  })
})

describe('a collector that is not there', () => {
  it('keeps nobody from being answered, is told of once, and holds up no stop', { timeout: 20_000 }, async () => {
    const collector = await startCollector()
    await collector.close()
    const lines: Record<string, unknown>[] = []
    const logger = createLogger('info', { write: (line) => lines.push(JSON.parse(line)) })
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRIC_EXPORT_INTERVAL: '1000' }
    const { url, close } = await startServer({ env, logger })
    const answer = await createClient(url).execute('{ session { id } }')
    expect(answer.body).toEqual({ data: { session: null } })
    const begin = performance.now()
    await close()
    expect(performance.now() - begin).toBeLessThan(8_000)
    const told = lines.filter(({ msg }) => msg === 'telemetry could not be sent')
    expect(told.length).toBeLessThanOrEqual(2)
    for (const line of told) expect(line).toMatchObject({ level: 40, err: { message: expect.any(String) } })
  })
})
