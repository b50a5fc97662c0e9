import { describe, expect, it } from 'vitest'
import { createLogger } from '../../src/http/logger.ts'

function record() {
  const lines: string[] = []
  const logger = createLogger('trace', { write: (line) => lines.push(line) })
  return { logger, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> }
}

describe('createLogger()', () => {
  it('tells a request by method and path, without its query string and headers', () => {
    const { logger, last } = record()
    logger.info({ req: { method: 'GET', url: '/graphql?query=secret', headers: { cookie: 'secret' } } })
    expect(last().req).toEqual({ method: 'GET', path: '/graphql' })
  })

  it('tells an error by its message, its stack and its cause', () => {
    const { logger, last } = record()
    logger.error(new TypeError('outer', { cause: Object.assign(new Error('inner'), { code: 'SQLITE_FULL' }) }))
    expect(last().err).toMatchObject({
      type: 'TypeError',
      message: 'outer',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { message: 'inner', code: 'SQLITE_FULL' },
    })
  })

  it('leaves out what a statement was run with', () => {
    const { logger, last } = record()
    const error = Object.assign(new Error('Failed query: insert into x\nparams: hunter2'), {
      query: 'insert',
      params: ['hunter2'],
    })
    logger.error(new Error('outer', { cause: error }))
    expect(JSON.stringify(last())).not.toContain('hunter2')
    expect(last().err).toMatchObject({ cause: { message: 'A statement failed' } })
  })

  it('does not print what was thrown instead of an error', () => {
    const { logger, last } = record()
    logger.error({ err: 'hunter2' })
    expect(last().err).toEqual({ type: 'string' })
  })
})
