import type { Attributes, Meter } from '@opentelemetry/api'
import { LRUCache } from 'lru-cache'
import { type StatementKind, statementKind } from './statement-kind.ts'

/** What is measured. No attribute holds what a client made up, nor who they are: each has as many values as the code has. */
export interface Instruments {
  /** Seconds. `route` is null where nothing is at the address, `status` where nobody waited for the answer. */
  request(request: MeasuredRequest, duration: number): void
  /** Seconds. `type` is null for what could not be read as an operation; `code` is the first error's. */
  operation(type: string | null, code: string | null, duration: number): void
  decisions(decisions: Decisions): void
  /** `ceremony` is the field of the mutation that was asked, or `oauth`. */
  signIn(ceremony: string, outcome: string): void
  lookup(cache: string, isHit: boolean): void
  /** Seconds. */
  statement(kind: Statement, error: unknown, duration: number): void
}

export interface MeasuredRequest {
  method: string
  scheme: string
  route: string | null
  status: number | null
}

/** What was decided of an operation. */
export interface Decisions {
  allowed: readonly string[]
  /** The code of each denied coordinate. */
  denied: ReadonlyMap<string, string>
}

/** A statement's attributes, the same object for each that is of its kind. */
export interface Statement extends StatementKind {
  attributes: Attributes
}

// Seconds. The first ones are those of the conventions; statements on SQLite are faster than those foresee.
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const statementBuckets = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/** Those of RFC 9110 and RFC 5789; the conventions count all others as one. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'])

/**
 * Makes the instruments.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-metrics/
 */
export function createInstruments(meter: Meter): Instruments {
  const histogram = (name: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } })
  const requests = histogram('http.server.request.duration', 'Duration of HTTP server requests.', requestBuckets)
  const operations = histogram('gatehouse.graphql.operation.duration', 'Duration of operations.', requestBuckets)
  const statements = histogram(
    'db.client.operation.duration',
    'Duration of database client operations.',
    statementBuckets,
  )
  const decisions = meter.createCounter('gatehouse.authorization.decisions', {
    description: 'Operations that came to a guarded coordinate, by what was decided of it.',
    unit: '{decision}',
  })
  const signIns = meter.createCounter('gatehouse.sign_in.attempts', {
    description: 'Attempts to prove who somebody is, by what became of them.',
    unit: '{attempt}',
  })
  const lookups = meter.createCounter('gatehouse.cache.lookups', {
    description: 'Look-ups in what an instance remembers, by whether it was there.',
    unit: '{lookup}',
  })

  return {
    request({ method, scheme, route, status }, duration) {
      const error = requestError(status)
      requests.record(duration, {
        'http.request.method': knownMethod(method),
        'url.scheme': knownScheme(scheme),
        ...(route !== null && { 'http.route': route }),
        ...(status !== null && { 'http.response.status_code': status }),
        ...(error !== null && { 'error.type': error }),
      })
    },
    operation(type, code, duration) {
      operations.record(duration, {
        ...(type !== null && { 'graphql.operation.type': type }),
        ...(code !== null && { 'error.type': code }),
      })
    },
    decisions({ allowed, denied }) {
      for (const coordinate of allowed) {
        if (!denied.has(coordinate)) decisions.add(1, { 'graphql.coordinate': coordinate, decision: 'allow' })
      }
      for (const [coordinate, code] of denied)
        decisions.add(1, { 'graphql.coordinate': coordinate, decision: 'deny', 'error.type': code })
    },
    signIn: (ceremony, outcome) => signIns.add(1, { ceremony, outcome }),
    lookup: (cache, isHit) => lookups.add(1, { cache, result: isHit ? 'hit' : 'miss' }),
    statement(kind, error, duration) {
      const attributes = error === null ? kind.attributes : { ...kind.attributes, 'error.type': errorType(error) }
      statements.record(duration, attributes)
    },
  }
}

/** Null where there was none, or it was the client's. */
export function requestError(status: number | null): string | null {
  if (status === null) return 'client_disconnected'
  return status >= 500 ? String(status) : null
}

export function knownMethod(method: string): string {
  return knownMethods.has(method) ? method : '_OTHER'
}

/** What a proxy hands on in `X-Forwarded-Proto` may be the client's own words. */
export function knownScheme(scheme: string): string {
  return scheme === 'http' || scheme === 'https' ? scheme : '_OTHER'
}

/** The database's own code, of which there are as many as it has. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Texts, whose kind is read once; those of lists differ by how many they hold. */
const textsKept = 1000

/** Makes what tells a statement's kind by its text. */
export function createStatementKinds(system: string): (sql: string) => Statement {
  const texts = new LRUCache<string, Statement>({ max: textsKept })
  return (sql) => {
    const known = texts.get(sql)
    if (known) return known
    const kind = statementKind(sql)
    const attributes = {
      'db.system.name': system,
      'db.operation.name': kind.operation,
      ...(kind.table !== null && { 'db.collection.name': kind.table }),
    }
    const statement = { ...kind, attributes }
    texts.set(sql, statement)
    return statement
  }
}
