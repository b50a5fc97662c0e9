import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { openSqlite } from '../src/database/sqlite.ts'
import { createStores } from '../src/database/stores/index.ts'
import type { DocumentFilter, DocumentStore, Visibility } from '../src/documents/document.ts'
import {
  adminEmail,
  createAclDatabase,
  documentCount,
  emailOf,
  everythingRole,
  grantCount,
  people,
} from './acl-database.ts'
import { percentile } from './load.ts'
import { median } from './pairs.ts'
import { startServerProcess } from './server-process.ts'
import { renderTable, type Suite } from './suite.ts'

/** Lists of documents among a million of them, seen through grants among five million, against the same without. */

const defaultRounds = 15
const first = 100
const perRound = 20

const unfiltered: DocumentFilter = { search: null, ownerId: null, published: null, sharedWithMe: null }
const everything: Visibility = { kind: 'all' }
const granted: Visibility = { kind: 'some', rules: [{ any: [{ owner: false, access: 'READ' }] }] }

interface Case {
  name: string
  visibility: Visibility
  subject: { id: string; roles: string[] }
  page: 'first' | 'middle' | 'last'
  filter?: DocumentFilter
}

const asMember = (id: string) => ({ id, roles: ['MEMBER'] })
const cases: readonly Case[] = (['first', 'middle', 'last'] as const).flatMap((page) => [
  { name: 'without access control', visibility: everything, subject: asMember(people.nothing), page },
  { name: 'by 3,000 grants', visibility: granted, subject: asMember(people.reader), page },
  { name: 'by a grant on each document', visibility: granted, subject: asMember(people.everything), page },
  {
    name: 'by a grant on each document to a role',
    visibility: granted,
    subject: { id: people.nothing, roles: ['MEMBER', everythingRole] },
    page,
  },
  ...(page === 'first'
    ? [
        { name: 'by no grant at all', visibility: granted, subject: asMember(people.nothing), page },
        {
          name: 'by both: each document twice, and those shared with oneself alone',
          visibility: granted,
          subject: { id: people.everything, roles: ['MEMBER', everythingRole] },
          page,
          filter: { ...unfiltered, sharedWithMe: true },
        },
      ]
    : []),
])

export const acl: Suite = {
  title: 'Lists through grants',
  async measure(rounds = defaultRounds) {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-acl-'))
    try {
      const path = join(folder, 'gatehouse.db')
      await createAclDatabase(path)
      return `${await measureStores(path, rounds)}\n\n${await measureServer(path, rounds)}\n`
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function measureStores(path: string, rounds: number): Promise<string> {
  const database = await openSqlite({ path })
  const { documents } = createStores(database)
  const times = new Map<Case, number[]>()
  const found = new Map<Case, number>()
  const cursors = new Map<Case, string | null>()
  for (const one of cases) cursors.set(one, await findCursor(path, one))

  const list = (one: Case) => {
    const { subject, visibility, filter = unfiltered } = one
    return documents.list({ subject, visibility, filter, first, after: cursors.get(one) ?? null })
  }
  for (const one of cases) found.set(one, (await list(one)).items.length)
  for (let round = 0; round < rounds; round++)
    for (const one of cases) {
      const start = performance.now()
      for (let index = 0; index < perRound; index++) await list(one)
      times.set(one, [...(times.get(one) ?? []), ((performance.now() - start) * 1000) / perRound])
    }
  const counts = await measureCounts(documents)
  await database.close()

  const rows = cases.map((one) => {
    const base = cases.find(({ visibility, page }) => visibility === everything && page === one.page)
    // Round by round, so that what slows the machine for a while slows both.
    const ratio = median(
      (times.get(one) ?? []).map((time, at) => time / ((base && times.get(base)?.[at]) ?? Number.NaN)),
    )
    return [
      `${one.page} page, ${one.name}`,
      String(found.get(one)),
      median(times.get(one) ?? []).toFixed(0),
      ratio.toFixed(2),
      one === base ? '' : ratio <= 2 ? 'met' : 'missed',
    ]
  })
  return `SQLite, ${documentCount.toLocaleString('en')} documents and ${grantCount.toLocaleString('en')} grants, pages of ${first}. Each list is one statement; medians of ${rounds} rounds. The bar is twice the same page without access control.

${renderTable(['list', 'documents', 'µs', 'ratio', '≤ 2'], rows)}

\`totalCount\` is counted when it is selected, and then costs what there is to count: ${counts}.`
}

/** The document after which the page begins: among those that are listed by the same grants. */
async function findCursor(path: string, { page, subject, visibility }: Case): Promise<string | null> {
  if (page === 'first') return null
  const raw = new BetterSqlite3(path, { readonly: true })
  const keys = visibility === everything ? [people.everything] : [subject.id, ...subject.roles]
  const ids = raw
    .prepare(
      `SELECT resource_id FROM access_grants WHERE grantee_kind IN ('USER', 'ROLE') AND grantee_key IN (${keys.map(() => '?').join()}) ORDER BY resource_id`,
    )
    .pluck()
    .all(...keys) as string[]
  raw.close()
  return ids[page === 'last' ? first : Math.floor(ids.length / 2)] ?? null
}

async function measureCounts(documents: DocumentStore): Promise<string> {
  const told: string[] = []
  for (const { name, visibility, subject, filter = unfiltered, page } of cases) {
    if (page !== 'first') continue
    const start = performance.now()
    const count = await documents.count({ subject, visibility, filter })
    told.push(`${name} ${(performance.now() - start).toFixed(0)} ms for ${count.toLocaleString('en')}`)
  }
  return told.join('; ')
}

/** The whole request, as a client sends it. */
async function measureServer(path: string, rounds: number): Promise<string> {
  const signIn = { admin: adminEmail, reader: emailOf(people.reader), everything: emailOf(people.everything) }
  const server = await startServerProcess(new URL('own-server.ts', import.meta.url), {
    DATABASE_FILE: path,
    SIGN_IN: JSON.stringify(signIn),
  })
  try {
    const body = {
      query: `{ documents(first: ${first}) { edges { node { id title } } pageInfo { endCursor hasNextPage } } }`,
    }
    const names = {
      admin: 'an administrator: without access control',
      reader: 'by 3,000 grants',
      everything: 'by a grant on each document',
    }
    const results = new Map<string, { cpu: number[]; p99: number[] }>()
    for (const name of Object.keys(names)) {
      results.set(name, { cpu: [], p99: [] })
      await server.measure(server.cookies[name] ?? '', body, 1000)
    }
    for (let round = 0; round < rounds; round++)
      for (const [name, { cpu, p99 }] of results) {
        const measured = await server.measure(server.cookies[name] ?? '', body, 300)
        cpu.push(measured.cpu)
        p99.push(percentile(measured.latencies, 0.99))
      }
    const base = results.get('admin')?.cpu ?? []
    const rows = Object.entries(names).map(([name, told]) => {
      const { cpu = [], p99 = [] } = results.get(name) ?? {}
      const ratio = median(cpu.map((used, round) => used / (base[round] ?? Number.NaN)))
      return [
        told,
        median(cpu).toFixed(0),
        median(p99).toFixed(1),
        ratio.toFixed(2),
        name === 'admin' ? '' : ratio <= 2 ? 'met' : 'missed',
      ]
    })
    return `The first page over HTTP, 16 connections, with the session and each document's rule:\n\n${renderTable(['who', 'CPU µs', 'p99 ms', 'ratio', '≤ 2'], rows)}`
  } finally {
    await server.stop()
  }
}
