import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Dispatching, dispatchMails } from '../../../src/identity/email/dispatch-mails.ts'
import { enqueueMail } from '../../../src/identity/email/enqueue-mail.ts'
import type { WrittenMail } from '../../../src/identity/email/write-mail.ts'
import { createTestIdentity, type TestIdentity } from '../create-test-identity.ts'

const to = 'ada@example.com'

describe('dispatchMails()', () => {
  let identity: TestIdentity
  let sent: WrittenMail[]
  let failures: { attempts: number; givenUp: boolean }[]
  beforeEach(async () => {
    identity = await createTestIdentity()
    sent = []
    failures = []
  })
  afterEach(() => identity.opened.close())

  const dispatching = (send: Dispatching['send'] = async (mail) => void sent.push(mail)): Dispatching => ({
    ...identity,
    publicUrl: 'https://api.example.com',
    send,
    onFailure: (_, { attempts, givenUp }) => failures.push({ attempts, givenUp }),
  })
  const refuse = () => Promise.reject(new Error('451 try later'))
  const enqueue = (name = 'Ada') =>
    enqueueMail(identity, { userId: null, to, template: 'password-reset', data: { name, secret: 'the-token' } })
  const rows = () => identity.opened.database.db.select().from(identity.opened.database.tables.mails)

  it('sends a mail once, whatever happens at once, and forgets what it said', async () => {
    await enqueue()
    const counts = await Promise.all(Array.from({ length: 20 }, () => dispatchMails(dispatching())))
    expect(counts.sort().reverse()).toEqual([1, ...Array(19).fill(0)])
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ to, subject: 'Reset your password' })
    expect(sent[0]?.text).toContain('https://api.example.com/reset-password#the-token')
    expect(await rows()).toMatchObject([{ sealedData: null, sentAt: identity.clock.now() }])
    expect(failures).toEqual([])
  })

  it('keeps nothing readable while a mail waits', async () => {
    await enqueue('Ada Lovelace')
    expect(JSON.stringify(await rows())).not.toMatch(/the-token|Lovelace/)
  })

  it('tries a mail again when it failed, not before its time, and gives it up in the end', async () => {
    await enqueue()
    await dispatchMails(dispatching(refuse))
    expect(failures).toEqual([{ attempts: 1, givenUp: false }])
    identity.clock.advance(29)
    expect(await dispatchMails(dispatching())).toBe(0)
    for (let attempt = 2; attempt <= 10; attempt++) {
      identity.clock.advance(57_600)
      expect(await dispatchMails(dispatching(refuse))).toBe(1)
    }
    expect(failures.at(-1)).toEqual({ attempts: 10, givenUp: true })
    expect(await rows()).toMatchObject([{ sealedData: null, failedAt: identity.clock.now() }])
    identity.clock.advance(57_600)
    expect(await dispatchMails(dispatching())).toBe(0)
    expect(sent).toEqual([])
  })

  it('sends a mail that a sender left behind, once its lease is over', async () => {
    await enqueue()
    await identity.mails.lease({ now: identity.clock.now(), until: new Date('2026-03-01T12:05:00Z'), limit: 10 })
    expect(await dispatchMails(dispatching())).toBe(0)
    identity.clock.advance(300)
    expect(await dispatchMails(dispatching())).toBe(1)
    expect(sent).toHaveLength(1)
  })

  it.each([
    ['was moved to another row', { sealedData: 'v1.x.y' }],
    ['has a template that is gone', { template: 'toString' }],
  ])('gives up at once a mail that %s, and sends the others', async (_, change) => {
    const { db, tables } = identity.opened.database
    await enqueue()
    await db.update(tables.mails).set(change)
    await enqueue('Bob')
    expect(await dispatchMails(dispatching())).toBe(2)
    expect(failures).toEqual([{ attempts: 1, givenUp: true }])
    expect(sent).toHaveLength(1)
  })

  it('puts no mark-up of a name into HTML', async () => {
    await enqueue('<a href="https://evil.example">&\'')
    await dispatchMails(dispatching())
    expect(sent[0]?.html).toContain('Hello &lt;a href=&quot;https: / / evil. example&quot;&gt;&amp;&#39;,')
  })

  it.each([
    ['https://evil.example/login', 'https: / / evil. example/ login'],
    ['Prize at evil.example', 'Prize at evil. example'],
    ['eve@evil\u3002example', 'eve@ evil\u3002 example'],
    ['Dr. J. R. Smith', 'Dr. J. R. Smith'],
  ])('makes no link of the name %s', async (name, greeted) => {
    await enqueue(name)
    await dispatchMails(dispatching())
    expect(sent[0]?.text.split('\n')[0]).toBe(`Hello ${greeted},`)
    expect(sent[0]?.html).toContain(`<p>Hello ${greeted},</p>`)
  })

  it('sends nothing of a transaction that fails', async () => {
    const failed = identity.transaction(async () => {
      await enqueue()
      throw new Error('failed')
    })
    await expect(failed).rejects.toThrow('failed')
    expect(await dispatchMails(dispatching())).toBe(0)
  })
})
