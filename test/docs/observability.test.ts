import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { settings } from '../../src/config.ts'
import { createClient } from '../support/client.ts'
import { startCollector } from '../support/collector.ts'
import { readSection, readTableRows } from '../support/markdown.ts'
import { scrape } from '../support/scrape.ts'
import { startServer } from '../support/server.ts'

const root = (path: string) => new URL(`../../${path}`, import.meta.url)
const page = readFileSync(root('docs/observability.md'), 'utf8')
const rows = readTableRows(readSection(page, 'Metrics'))
const bare = (cell = '') => cell.replaceAll('`', '')

describe('docs/observability.md', () => {
  it('names every metric, as it is sent and as it is read, with its attributes', async () => {
    const collector = await startCollector()
    const env = { METRICS_PORT: '0', SESSION_CACHE: '5', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
    const { url, metricsPort, close } = await startServer({ env })
    const client = createClient(url)
    await client.login('member@example.com')
    await client.execute('{ me { email } auditEvents { totalCount } }')
    await client.send('/health/live')
    const samples = (await scrape(metricsPort)).filter(({ name }) => name !== 'target_info')
    await close()

    expect(rows.map(([name]) => bare(name)).toSorted()).toEqual([...collector.metrics].toSorted())
    const read = new Set(samples.map(({ name }) => name.replace(/_(bucket|count|sum)$/, '')))
    expect(rows.map(([, name]) => bare(name)).toSorted()).toEqual([...read].toSorted())
    for (const [, name, , attributes = ''] of rows) {
      const told = new Set([...attributes.matchAll(/`([\w.]+)`/g)].map(([, one = '']) => one.replaceAll('.', '_')))
      const own = samples.filter((sample) => sample.name.startsWith(bare(name)))
      for (const label of own.flatMap(({ labels }) => Object.keys(labels)))
        if (label !== 'le') expect([...told], name).toContain(label)
    }
  })

  it('names settings that there are', () => {
    const known = new Set<string>(settings.map(({ name }) => name))
    const named = [...page.matchAll(/\b(?:OTEL|METRICS|TRUST|SESSION|EMAIL)_[A-Z_]+\b/g)].map(([name]) => name)
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  it('asks Prometheus for metrics that there are', () => {
    const read = rows.map(([, name]) => bare(name))
    const queries = [...page.matchAll(/\b((?:gatehouse|http_server|db_client)_\w+)[{[]/g)].map(([, name = '']) => name)
    expect(queries).toHaveLength(4)
    for (const name of queries) expect(read).toContain(name.replace(/_(bucket|count|sum)$/, ''))
  })

  it('links to sections and files that are there', () => {
    for (const [, target = ''] of page.matchAll(/\]\(([^)]+)\)/g)) {
      if (!target.startsWith('http'))
        expect(existsSync(new URL(target.split('#', 1)[0] ?? '', root('docs/'))), target).toBe(true)
    }
  })
})
