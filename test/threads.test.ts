import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { createThreads } from '../src/threads.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-threads-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string) => {
  const path = join(folder, name)
  writeFileSync(
    path,
    `import { threadId } from 'node:worker_threads'
    export default (value) => value
    export const where = () => threadId
    export const fail = () => { throw new RangeError('no') }
    export const end = () => process.exit(3)
    export const failLater = () => { setTimeout(() => { throw new Error('later') }, 10) }`,
  )
  return pathToFileURL(path)
}

describe('createThreads()', () => {
  it('runs the functions of a file, each thread one at a time', async () => {
    const threads = createThreads(write('works.mjs'), { most: 2 })
    expect(await threads.run({ some: 'data' })).toEqual({ some: 'data' })
    const ids = await Promise.all(Array.from({ length: 20 }, () => threads.run<number>(null, 'where')))
    expect(ids).not.toContain(0)
    expect(new Set(ids).size).toBeLessThanOrEqual(2)
    await threads.close()
  })

  it('gives on what they throw, and goes on after a thread has ended', async () => {
    const threads = createThreads(write('fails.mjs'), { most: 1 })
    await expect(threads.run(null, 'fail')).rejects.toThrow('no')
    await expect(threads.run(null, 'end')).rejects.toThrow()
    expect(await threads.run('after')).toBe('after')
    await threads.run(null, 'failLater')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await threads.run('after that')).toBe('after that')
    await threads.close()
  })

  it('fails what waits for a thread that cannot start, and starts one as soon as it can', async () => {
    const file = pathToFileURL(join(folder, 'missing.mjs'))
    const threads = createThreads(file, { most: 1 })
    const waiting = [threads.run(1), threads.run(2), threads.run(3)]
    for (const outcome of await Promise.allSettled(waiting)) expect(outcome.status).toBe('rejected')
    write('missing.mjs')
    expect(await threads.run(4)).toBe(4)
    await threads.close()
  })

  it('fails what waits for a thread that ends while it starts, without an error', async () => {
    const path = join(folder, 'leaves.mjs')
    writeFileSync(path, 'process.exit(0)')
    const threads = createThreads(pathToFileURL(path), { most: 2 })
    const outcomes = await Promise.allSettled([threads.run(1), threads.run(2), threads.run(3)])
    for (const outcome of outcomes) expect(outcome.status).toBe('rejected')
    await threads.close()
  })
})
