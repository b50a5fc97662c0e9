import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { demoPassword, demoUsers } from '../../src/demo.ts'
import { createSetClock } from '../identity/set-clock.ts'
import { LoginDocument, MeDocument, RegisterDocument } from '../support/__generated__/operations.ts'
import { type Answer, createClient, refusals } from '../support/client.ts'
import { dataOf, dumpDatabase, strangersPassword as password } from '../support/house.ts'
import { startServer } from '../support/server.ts'

/** How many may have their password hashed, or wait for it. */
const places = Math.min(Math.max(1, availableParallelism() - 1), 4) + 64
/** More than could be hashed while the last of them arrive. */
const strangers = places + 60

describe('more passwords at once than can be hashed', () => {
  it('has those past the queue come back later, uncounted, and everybody else answered', {
    timeout: 180_000,
  }, async () => {
    // Dear enough that they arrive sooner than they are hashed; the clock stands, so that no counter goes.
    const env = { TRUST_PROXY: '1', PASSWORD_HASH_ITERATIONS: '12' }
    const { url, databasePath } = await startServer({ env, clock: createSetClock(), timeLimit: 120_000 })
    const reader = createClient(url)
    dataOf(await reader.login('member@example.com'))
    const counted = () =>
      (dumpDatabase(databasePath).throttle_counters as { key: string }[]).map(({ key }) => key.split(':', 1)[0])
    const count = (purpose: string) => counted().filter((one) => one === purpose).length
    const dump = () => {
      const { sessions = [], users = [], audit_events = [] } = dumpDatabase(databasePath)
      const failures = audit_events.filter((event) => JSON.stringify(event).includes('LOGIN_FAILED'))
      return { sessions: sessions.length, users: users.length, failures: failures.length }
    }
    const before = dump()
    const clientsBefore = count('attempts-a-minute')

    let pending = 0
    const follow = async <Data>(answer: Promise<Answer<Data>>) => {
      pending++
      try {
        return await answer
      } finally {
        pending--
      }
    }
    // Each from a network of its own: what bounds one client is not what is tried here.
    const from = (n: number) => ({ 'x-forwarded-for': `198.18.${Math.floor(n / 250)}.${n % 250}` })
    const owners = demoUsers.map(({ email }, n) =>
      follow(createClient(url).execute(LoginDocument, { email, password: demoPassword }, from(900 + n))),
    )
    await expect.poll(() => count('attempts-a-minute') - clientsBefore).toBe(demoUsers.length)

    const guesses = Array.from({ length: strangers }, (_, n) => {
      const email = `stranger-${n}@example.com`
      const client = createClient(url)
      return n % 8 === 0
        ? follow(client.execute(RegisterDocument, { email, password, name: 'Sam' }, from(n)))
        : follow(client.execute(LoginDocument, { email, password: 'wrong' }, from(n)))
    })
    for (let reads = 0; reads < 5; reads++)
      expect(dataOf(await reader.execute(MeDocument)).me?.email).toBe('member@example.com')
    // They waited for nobody.
    expect(pending).toBeGreaterThan(places / 2)

    for (const answer of await Promise.all(owners)) expect(dataOf(answer).login).not.toBeNull()
    const answers: Answer<unknown>[] = await Promise.all(guesses)
    const refused = answers.filter(({ body }) => body.errors?.[0]?.extensions.code === 'RATE_LIMITED')
    const wrong = answers.filter((answer) => refusals(answer)[0]?.[0] === 'INVALID_CREDENTIALS')
    const registered = answers.filter(({ body }) => !body.errors)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length + wrong.length + registered.length).toBe(strangers)
    expect(wrong.length + registered.length).toBeGreaterThanOrEqual(places - demoUsers.length)
    for (const { status, body, headers } of refused) {
      expect([status, headers.getSetCookie(), Object.values(body.data ?? {})]).toEqual([200, [], [null]])
      const [error, ...more] = body.errors ?? []
      expect([more, error?.extensions]).toEqual([[], { code: 'RATE_LIMITED', retryAfter: 1 }])
      expect(error?.path).toEqual(Object.keys(body.data ?? {}))
    }

    // As if those who were refused had not been there.
    const logins = demoUsers.length + wrong.length
    expect(count('attempts-a-minute') - clientsBefore).toBe(logins)
    expect(count('login-address')).toBe(wrong.length)
    expect(count('registrations-an-hour')).toBe(registered.length)
    const after = dump()
    expect(after.failures - before.failures).toBe(wrong.length)
    expect(after.users - before.users).toBe(registered.length)
    expect(after.sessions - before.sessions).toBe(demoUsers.length + registered.length)

    dataOf(await createClient(url).execute(RegisterDocument, { email: 'late@example.com', password, name: 'L' }))
    dataOf(await createClient(url).login('editor@example.com'))
    const guess = { email: 'stranger-1@example.com', password: 'wrong' }
    expect(refusals(await createClient(url).execute(LoginDocument, guess))).toEqual([['INVALID_CREDENTIALS', 'login']])
  })
})
