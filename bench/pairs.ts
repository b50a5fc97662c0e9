import { renderTable } from './suite.ts'

export interface Comparison {
  what: string
  /** The highest ratio that is good enough; null where none is asked for. */
  bar: number | null
  base: number
  other: number
  ratio: number
  low: number
  high: number
}

/** Gives the median ratio over alternating pairs, with a 95 % interval by the order of the ratios. */
export async function compareInPairs(
  { what, bar, pairs }: { what: string; bar: number | null; pairs: number },
  take: (isBase: boolean) => Promise<number>,
): Promise<Comparison> {
  const measured: { base: number; other: number }[] = []
  for (let index = 0; index < pairs; index++) {
    // Whoever goes second finds warmer caches and the other's garbage.
    const isBaseFirst = index % 2 === 0
    const first = await take(isBaseFirst)
    const second = await take(!isBaseFirst)
    measured.push(isBaseFirst ? { base: first, other: second } : { base: second, other: first })
  }
  return {
    what,
    bar,
    base: median(measured.map(({ base }) => base)),
    other: median(measured.map(({ other }) => other)),
    ...intervalOf(measured.map(({ base, other }) => other / base)),
  }
}

/** Gives the median of ratios, and its 95 % interval by their order. */
export function intervalOf(ratios: readonly number[]): Pick<Comparison, 'ratio' | 'low' | 'high'> {
  const ascending = ratios.toSorted((a, b) => a - b)
  const at = (index: number) => ascending[index] ?? Number.NaN
  const outside = leftOut(ratios.length)
  return { ratio: median(ratios), low: at(outside), high: at(ratios.length - 1 - outside) }
}

/**
 * How many of the lowest and of the highest of so many values stand outside an interval that holds their median with a
 * probability of at least 95 %: each value is on either side of it as likely (sign test).
 */
function leftOut(count: number): number {
  let below = 0
  let probability = 0.5 ** count
  for (let sum = probability; sum <= 0.025 && below < count / 2; sum += probability) {
    below++
    probability *= (count - below + 1) / below
  }
  return Math.max(0, below - 1)
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

export function renderComparisons(comparisons: readonly Comparison[], other: string): string {
  const haveBars = comparisons.some(({ bar }) => bar !== null)
  const verdict = (bar: number | null, ratio: number) =>
    bar === null ? ['', ''] : [`≤ ${bar}`, ratio <= bar ? 'met' : 'missed']
  return renderTable(
    ['what', 'base', other, 'ratio', 'interval', ...(haveBars ? ['bar', ''] : [])],
    comparisons.map(({ what, bar, base, other, ratio, low, high }) => [
      what,
      base.toFixed(1),
      other.toFixed(1),
      ratio.toFixed(3),
      `${low.toFixed(3)} – ${high.toFixed(3)}`,
      ...(haveBars ? verdict(bar, ratio) : []),
    ]),
  )
}
