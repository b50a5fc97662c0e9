import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

describe('plan and reference', () => {
  // In a process of its own: the same one that `npm run fuzz` runs for longer.
  it('give the same response in 2,000 random cases, and neither leaks', async () => {
    const { stdout } = await run(process.execPath, ['test/directives/fuzz/run.ts', '--cases', '2000'])
    const counts = JSON.parse(stdout)
    expect(counts).toMatchObject({ differences: 0 })
    expect(counts.cases).toBeGreaterThanOrEqual(2000)
    // Both ways of ending are common: otherwise the cases would show little.
    expect(counts.same).toBeGreaterThan(1000)
    expect(counts.refused).toBeGreaterThan(100)
  }, 120_000)
})
