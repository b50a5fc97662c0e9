import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSection, readTableRows } from '../support/markdown.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const page = read('docs/scaling.md')
const results = read('bench/results.md')
const population = 100e6
const units: Record<string, number> = { '': 1, GB: 1e9, TB: 1e12, million: 1e6 }

/** A figure as it is told, with how far it may be from what it was rounded from. */
function readFigure(text: string) {
  const [, digits = '', unit = ''] = /^([\d,.]+) ?(GB|TB|million)?$/.exec(text) ?? []
  const bare = digits.replaceAll(',', '')
  const scale = units[unit] ?? 1
  const decimals = bare.split('.')[1]?.length ?? 0
  // Of "5,400" the zeros are not known to be digits.
  const zeros = decimals > 0 ? 0 : (/0*$/.exec(bare)?.[0].length ?? 0)
  return { value: Number(bare) * scale, within: 0.5 * 10 ** (zeros - decimals) * scale }
}

function expectTold(text: string | undefined, computed: number): void {
  const { value, within } = readFigure(text ?? '')
  expect(Math.abs(value - computed), `${text} stands for ${computed}`).toBeLessThanOrEqual(within)
}

/** The figures that stand where the pattern has its groups. */
const told = (pattern: RegExp) => (pattern.exec(page) ?? []).slice(1)
/** The second column of what was measured: with the rules. */
const measured = (what: string) => Number(readTableRows(results).find(([name]) => name === what)?.[2])

const rows = readTableRows(readSection(page, 'A hundred million users'))
const sizes = new Map(
  rows
    .filter(([name]) => name?.startsWith('`'))
    .map(([name = '', ...figures]) => {
      const [row = 0, indexes = 0, both = 0] = figures.map((text) => Number(text.replace(',', '')))
      return [/\w+/.exec(name)?.[0], { row, indexes, both }]
    }),
)
const of = (name: string) => sizes.get(name) ?? { row: 0, indexes: 0, both: 0 }

describe('docs/scaling.md', () => {
  it('tells what was measured last, and what it comes to', () => {
    for (const [what, pattern] of [
      [
        'list of 50 × 8 fields over HTTP: guarded and allowed, against unguarded',
        /no database \| (\d+) µs, some ([\d,]+) a/,
      ],
      [
        'one object × 8 fields over HTTP: guarded and allowed, against unguarded',
        /one object \| (\d+) µs, some ([\d,]+) a/,
      ],
    ] as const) {
      const [cost, rate] = told(pattern)
      expectTold(cost, measured(what))
      expectTold(rate, 1e6 / measured(what))
    }
    const [requests, first, most] = told(/, ([\d,]+) of them \| (\d+) MiB resident at the start, (\d+) MiB/)
    expect(read('bench/soak.svg')).toContain(`${requests} requests`)
    expect(Number(first)).toBeLessThan(Number(most))
    const [resident] = told(/been, but ([\d,]+) MB resident/)
    expect(results).toContain(`${resident?.replace(',', '')} MB.`)
  })

  it('adds rows and indexes up', () => {
    expect([...sizes.keys()]).toHaveLength(8)
    for (const [name, { row, indexes, both }] of sizes) expect(row + indexes, name).toBe(both)
  })

  it('multiplies them by what it assumes', () => {
    const account = of('users').both + of('credentials').both + of('role_assignments').both
    const event = of('audit_events').both + of('audit_origins').both
    const cases: [string, number, number][] = [
      ['Users, passwords, one role each', 3, account],
      ['Sessions', 1.5, 1.5 * of('sessions').both],
      ['Documents', 10, 10 * of('documents').both],
      ['Grants', 5, 5 * of('access_grants').both],
      ['Audit, a year of it', 2 * 20, 20 * event],
    ]
    for (const [what, count, bytes] of cases) {
      const [, , total, size] = rows.find(([name]) => name === what) ?? []
      expectTold(total, count * population)
      expectTold(size, bytes * population)
    }
    const [ofUsers, ofSessions, rowsOfSessions] = told(/are (\d+) and (\d+ GB), and the rows of sessions (\d+ GB)/)
    expectTold(`${ofUsers} GB`, of('users').indexes * population)
    expectTold(ofSessions, 1.5 * of('sessions').indexes * population)
    expectTold(rowsOfSessions, 1.5 * of('sessions').row * population)
    const [million] = told(/a million of them with their sessions take ([\d.]+ GB)/)
    expectTold(million, (account + 1.5 * of('sessions').both) * 1e6)
  })

  it('divides the reads of a day, and multiplies what they cost', () => {
    const [each, day, second, peak] = told(
      /sends (\d+) requests, that is (\d+ million) a day, ([\d,]+) a second, and with a peak of three times the mean ([\d,]+)\./,
    )
    const perDay = (population / 10) * Number(each)
    expectTold(day, perDay)
    expectTold(second, perDay / 86_400)
    expectTold(peak, (3 * perDay) / 86_400)
    const [cost, cores] = told(/At (\d+) µs each the servers need ([\d.]+) cores/)
    expectTold(cores, ((3 * perDay) / 86_400) * Number(cost) * 1e-6)
    expect(page).toContain(`| ${cost} µs, some`)
  })
})
