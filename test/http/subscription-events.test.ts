import { setTimeout as sleep } from 'node:timers/promises'
import type { FormattedExecutionResult } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import type { Context, LiveViewer } from '../../src/graphql/context.ts'
import type { Answers } from '../../src/graphql/open-subscription.ts'
import { beginSubscription } from '../../src/http/subscription-events.ts'
import { TimeLimitError } from '../../src/http/time-limit.ts'

const beginning = {
  subscription: { document: { kind: 'Document', definitions: [] }, operationName: null, variables: {} },
  context: {} as Context,
  live: {} as LiveViewer,
  scope: { requestId: 'one', operationName: null, followed: null },
} as unknown as Parameters<typeof beginSubscription>[1]

function createAnswers() {
  const end = vi.fn()
  async function* none(): Answers {}
  const answers: Answers = {
    ...none(),
    return: async () => ({ done: true, value: end() }),
    [Symbol.asyncIterator]: () => answers,
  }
  return { answers, end }
}

const begin = (openSubscription: () => Promise<Answers | FormattedExecutionResult>) =>
  beginSubscription({ openSubscription, timeLimit: 20 }, beginning)

describe('beginSubscription()', () => {
  it('ends what begins after the time is over, with nobody to end it', async () => {
    const { answers, end } = createAnswers()
    const late = Promise.withResolvers<Answers>()
    await expect(begin(() => late.promise)).rejects.toThrow(TimeLimitError)
    expect(end).not.toHaveBeenCalled()
    late.resolve(answers)
    await vi.waitFor(() => expect(end).toHaveBeenCalledOnce())
  })

  it('lets be what begins in time, and what is refused or fails at any', async () => {
    const { answers, end } = createAnswers()
    expect(await begin(async () => answers)).toHaveProperty('next')
    await expect(begin(() => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError)
    const failing = begin(() => sleep(40).then(() => Promise.reject(new RangeError('late'))))
    await expect(failing).rejects.toThrow(TimeLimitError)
    await expect(begin(() => sleep(40, { errors: [] }))).rejects.toThrow(TimeLimitError)
    await sleep(60)
    expect(end).not.toHaveBeenCalled()
  })
})
