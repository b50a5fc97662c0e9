import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { describeFinding } from '../../src/testing/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

interface Report {
  testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[]
}

/** Runs a file of tests that have to fail, as a process of its own. */
async function runFaulty(file: string): Promise<Report> {
  const directory = await mkdtemp(join(tmpdir(), 'faulty-'))
  const output = join(directory, 'report.json')
  const options = ['--config', 'test/testing/faulty/vitest.config.ts', '--root', root, '--reporter', 'json']
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...options, '--outputFile', output, file]
  try {
    await new Promise((resolve) => execFile(process.execPath, args, { cwd: root }, resolve))
    return JSON.parse(await readFile(output, 'utf8')) as Report
  } finally {
    await rm(directory, { recursive: true })
  }
}

describe('describeAccess()', () => {
  it('registers a test for each guarded coordinate, and fails that whose guard is gone', async () => {
    const { testResults } = await runFaulty('own-schema.faulty.ts')
    const results = testResults.flatMap(({ assertionResults }) => assertionResults)
    const failed = results.filter(({ status }) => status === 'failed')
    expect(results.length).toBeGreaterThan(50)
    expect(failed.map(({ title }) => title)).toEqual(['of User.email is as the schema has it'])
    const [message] = failed.flatMap(({ failureMessages }) => failureMessages)
    expect(message).toContain('email is there, and should be withheld')
    expect(message).toContain('query Way')
  })
})

describe('describeFinding()', () => {
  it('says what is wrong, for whom, and how to see it', () => {
    const run = { operation: '{ me { email } }', variables: { id: '1' }, viewer: 'anonymous', world: 'all is well' }
    expect(describeFinding({ coordinate: 'User.email', problem: 'me.email is there', run })).toBe(
      'User.email: me.email is there\n  as anonymous, where all is well:\n  { me { email } }\n  {"id":"1"}',
    )
  })

  it('says what is wrong whatever is run', () => {
    expect(describeFinding({ coordinate: 'User.email', problem: 'it is not in the access matrix', run: null })).toBe(
      'User.email: it is not in the access matrix',
    )
  })
})
