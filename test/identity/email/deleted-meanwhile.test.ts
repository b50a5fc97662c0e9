import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deleteAccount } from '../../../src/identity/delete-account.ts'
import { changeEmail } from '../../../src/identity/email/change-email.ts'
import { dispatchMails } from '../../../src/identity/email/dispatch-mails.ts'
import { enqueueMail } from '../../../src/identity/email/enqueue-mail.ts'
import { requestEmailVerification } from '../../../src/identity/email/request-email-verification.ts'
import { requestLoginCode } from '../../../src/identity/email/request-login-code.ts'
import { requestPasswordReset } from '../../../src/identity/email/request-password-reset.ts'
import type { SignedIn } from '../../../src/identity/identity.ts'
import { createTestIdentity, home, registerAda, type TestIdentity } from '../create-test-identity.ts'

const email = 'ada@example.com'
let identity: TestIdentity
let ada: SignedIn
beforeEach(async () => {
  identity = await createTestIdentity()
  ada = await registerAda(identity)
})
afterEach(() => identity.opened.close())

const erase = () => deleteAccount(identity, ada.user.id, { actorId: ada.user.id, ipAddress: null, userAgent: null })

/** The identity as a request sees it whose account is deleted just before it writes anything. */
const deletedMeanwhile = (): TestIdentity => ({
  ...identity,
  async transaction(work) {
    if (await identity.users.find(ada.user.id)) await erase()
    return identity.transaction(work)
  },
})

async function kept() {
  const { db, tables } = identity.opened.database
  return { mails: await db.select().from(tables.mails), secrets: await db.select().from(tables.oneTimeSecrets) }
}

describe('an account that is deleted while a mail to it is asked for', () => {
  it('gets none, and a code is answered as for any address that nobody has', async () => {
    await requestLoginCode(deletedMeanwhile(), { email, bindBrowser: () => 'key' }, home)
    const { mails, secrets } = await kept()
    expect(mails).toEqual([])
    expect(secrets).toMatchObject([{ purpose: 'LOGIN_CODE', userId: null, address: email }])
  })

  it('gets none, and a reset is answered as for any address that nobody has', async () => {
    await requestPasswordReset(deletedMeanwhile(), email, home)
    const { mails, secrets } = await kept()
    expect(mails).toEqual([])
    expect(secrets).toMatchObject([{ purpose: 'PASSWORD_RESET', userId: null, address: email }])
  })

  it('gets no link to prove its address', async () => {
    await requestEmailVerification(deletedMeanwhile(), ada.user, home)
    expect(await kept()).toEqual({ mails: [], secrets: [] })
  })

  it('gets no link to change its address, nor does the new one', async () => {
    const input = { ...ada, newEmail: 'new@example.com' }
    await expect(changeEmail(deletedMeanwhile(), input, home)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await kept()).toEqual({ mails: [], secrets: [] })
  })
})

describe('a link to prove an address', () => {
  it('is not sent to the one that the account has since changed for another', async () => {
    const changing: TestIdentity = {
      ...identity,
      throttle: {
        ...identity.throttle,
        async admitMail(mail) {
          await identity.throttle.admitMail(mail)
          const emails = { from: ada.user.email, to: 'new@example.com' }
          await identity.users.changeEmail(ada.user.id, emails, identity.clock.now())
        },
      },
    }
    await requestEmailVerification(changing, ada.user, home)
    expect(await kept()).toEqual({ mails: [], secrets: [] })
  })
})

describe('mails that wait for those before them', () => {
  const send = (onSend: () => Promise<unknown>) => {
    const sent: string[] = []
    const dispatching = {
      ...identity,
      publicUrl: 'https://gatehouse.test',
      onFailure: (error: unknown) => expect.unreachable(String(error)),
      async send({ to }: { to: string }) {
        sent.push(to)
        await onSend()
      },
    }
    return { sent, work: dispatchMails(dispatching) }
  }
  const enqueue = (userId: string | null, to: string) =>
    enqueueMail(identity, { userId, to, template: 'login-code', data: { name: 'Ada', secret: '12345678' } })

  it('go no more to an account that is deleted before their turn', async () => {
    await enqueue(null, 'bob@example.com')
    identity.clock.advance(1)
    await enqueue(ada.user.id, email)
    const { sent, work } = send(erase)
    await work
    expect(sent).toEqual(['bob@example.com'])
  })

  it('are left to whoever has them when their turn comes after the end of the lease', async () => {
    await enqueue(null, 'bob@example.com')
    identity.clock.advance(1)
    await enqueue(ada.user.id, email)
    const { sent, work } = send(async () => identity.clock.advance(301))
    await work
    expect(sent).toEqual(['bob@example.com'])
    const again = send(async () => {})
    await again.work
    expect(again.sent).toContain(email)
  })
})
