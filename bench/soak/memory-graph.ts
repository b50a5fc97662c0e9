import type { Memory } from './tell-memory.ts'

export interface Sample extends Memory {
  /** Since the start. */
  minutes: number
  requests: number
}

const width = 800
const height = 360
const margin = { left: 60, right: 20, top: 50, bottom: 40 }
const mebibyte = 2 ** 20

const lines = [
  { name: 'resident', colour: '#1f6feb', of: ({ rss }: Sample) => rss },
  { name: 'JavaScript heap', colour: '#bf5700', of: ({ heapUsed }: Sample) => heapUsed },
]

/** Draws memory over time as SVG. */
export function drawMemoryGraph(samples: readonly Sample[], title: string): string {
  const longest = Math.max(1, ...samples.map(({ minutes }) => minutes))
  const top = Math.ceil(Math.max(...samples.map(({ rss }) => rss / mebibyte)) / 50) * 50
  const x = (minutes: number) => margin.left + (minutes / longest) * (width - margin.left - margin.right)
  const y = (mib: number) => height - margin.bottom - (mib / top) * (height - margin.top - margin.bottom)
  const round = (value: number) => value.toFixed(1)

  const grid = Array.from({ length: top / 50 + 1 }, (_, step) => step * 50).map(
    (mib) =>
      `<path d="M${margin.left} ${round(y(mib))}H${width - margin.right}" stroke="#ddd"/><text x="${margin.left - 8}" y="${round(y(mib) + 4)}" text-anchor="end">${mib}</text>`,
  )
  const ticks = Array.from({ length: 7 }, (_, step) => (longest * step) / 6).map(
    (minutes) =>
      `<text x="${round(x(minutes))}" y="${height - margin.bottom + 18}" text-anchor="middle">${minutes.toFixed(longest < 12 ? 1 : 0)}</text>`,
  )
  const curves = lines.map(({ name, colour, of }, index) => {
    const points = samples.map((sample) => `${round(x(sample.minutes))},${round(y(of(sample) / mebibyte))}`)
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/><text x="${margin.left + index * 120}" y="40" fill="${colour}">${name}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>Memory of one server under mixed load</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${margin.left}" y="20" font-size="14">${title}</text>
${[...grid, ...ticks, ...curves].join('\n')}
<text x="${width - margin.right}" y="${height - 6}" text-anchor="end">minutes</text>
<text x="${margin.left - 8}" y="${margin.top - 12}" text-anchor="end">MiB</text>
</svg>
`
}
