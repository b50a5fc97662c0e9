import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSetClock } from '../identity/set-clock.ts'
import {
  ChangeEmailDocument,
  CurrentSessionDocument,
  DeleteAccountDocument,
  MeDocument,
  RegisterDocument,
  type RegisterMutation,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  VerifyEmailDocument,
} from '../support/__generated__/operations.ts'
import { type Answer, type Client, createClient, refusals } from '../support/client.ts'
import { dataOf, dumpDatabase } from '../support/house.ts'
import { type ArrivedMail, type MailServer, startMailServer } from '../support/mail-server.ts'
import { startServer, type TestServer } from '../support/server.ts'

const password = 'correct horse battery staple'
const clock = createSetClock()
let mailServer: MailServer
let server: TestServer
const ends: (() => void | Promise<void>)[] = []
beforeAll(async () => {
  mailServer = await startMailServer()
  server = await startServer({
    clock,
    env: { SMTP_URL: mailServer.url, EMAIL_VERIFICATION: 'required' },
    intervals: { reloadKeys: 60_000, purge: 60_000, mails: 10 },
    onEnd: (end) => ends.unshift(end),
  })
})
afterAll(async () => {
  for (const end of ends) await end()
  await mailServer.close()
})

const open = () => createClient(server.url)
const tokenOf = ({ source }: ArrivedMail) => /#([\w-]{43})\b/.exec(source)?.[1] ?? ''
const countUsers = () => dumpDatabase(server.databasePath).users?.length

const mailsAfter = (work: () => Promise<unknown>) => mailServer.mailsAfter(server.databasePath, work)

async function register(client: Client, email: string, name = 'Nina') {
  const answers: Answer<RegisterMutation>[] = []
  const [mail, second] = await mailsAfter(async () => {
    answers.push(await client.execute(RegisterDocument, { email, password, name }))
  })
  const [answer] = answers
  if (!mail || second || !answer) throw new Error('There should be one mail')
  return { answer, mail }
}

describe('register, where addresses have to be proved', () => {
  it('makes the account once its address is proved, and signs nobody in', async () => {
    const client = open()
    const users = countUsers()
    const { answer, mail } = await register(client, 'nina@example.com')
    expect(dataOf(answer)).toEqual({ register: null })
    expect(dataOf(await client.execute(CurrentSessionDocument))).toEqual({ session: null })
    expect(countUsers()).toBe(users)
    expect(refusals(await open().login('nina@example.com', password))).toEqual([['INVALID_CREDENTIALS', 'login']])

    dataOf(await client.execute(VerifyEmailDocument, { token: tokenOf(mail) }))
    expect(dataOf(await client.execute(CurrentSessionDocument))).toEqual({ session: null })
    dataOf(await client.login('nina@example.com', password))
    const replayed = await client.execute(VerifyEmailDocument, { token: tokenOf(mail) })
    expect(refusals(replayed)).toEqual([['INVALID_CREDENTIALS', 'verifyEmail']])
  })

  it('sends nobody to a page that a stranger wrote into their name', async () => {
    clock.advance(3600)
    const { mail } = await register(open(), 'lured@example.com', 'You won: https://evil.example')
    expect(mail.to).toEqual(['lured@example.com'])
    expect(mail.source).not.toMatch(/https?:\/\/evil|evil\.example/)
  })

  it('answers the same for a taken address, whose owner is told', async () => {
    clock.advance(3600)
    const free = await register(open(), 'free@example.com')
    const users = countUsers()
    const taken = await register(open(), 'Member@example.com')
    expect(taken.answer.text).toBe(free.answer.text)
    expect(taken.answer.status).toBe(free.answer.status)
    expect([...taken.answer.headers.keys()]).toEqual([...free.answer.headers.keys()])
    expect(taken.mail.to).toEqual(['member@example.com'])
    expect(taken.mail.source).toContain('You have an account already')
    expect(tokenOf(taken.mail)).toBe('')
    expect(countUsers()).toBe(users)
  })

  it('gives a stranger no way in who registers somebody else, even if they prove their address', async () => {
    clock.advance(3600)
    const { mail } = await register(open(), 'victim@example.com')
    const victim = open()
    dataOf(await victim.execute(VerifyEmailDocument, { token: tokenOf(mail) }))
    const refused = await open().login('victim@example.com', password)
    expect(refusals(refused)).toEqual([['INVALID_CREDENTIALS', 'login']])
    const email = 'victim@example.com'
    const mails = await mailsAfter(() => victim.execute(RequestPasswordResetDocument, { email }))
    const [token = ''] = mails.map(tokenOf)
    dataOf(await victim.execute(ResetPasswordDocument, { token, newPassword: 'a password of my own' }))
    dataOf(await victim.login('victim@example.com', 'a password of my own'))
  })

  it('lets one of two who registered the same address have it', async () => {
    clock.advance(3600)
    const one = open()
    const other = open()
    const first = await register(one, 'both@example.com')
    const second = await register(other, 'both@example.com')
    dataOf(await one.execute(VerifyEmailDocument, { token: tokenOf(first.mail) }))
    const users = countUsers()
    const answer = await other.execute(VerifyEmailDocument, { token: tokenOf(second.mail) })
    expect(refusals(answer)).toEqual([['CONFLICT', 'verifyEmail']])
    expect(countUsers()).toBe(users)
  })

  it('leaves nothing behind of an account that has changed its address, and is deleted', async () => {
    clock.advance(3600)
    const client = open()
    const email = 'former@example.com'
    const { mail } = await register(client, email)
    dataOf(await client.execute(VerifyEmailDocument, { token: tokenOf(mail) }))
    dataOf(await client.login(email, password))
    const id = dataOf(await client.execute(MeDocument)).me?.id ?? ''
    const asked = await mailsAfter(() => client.execute(ChangeEmailDocument, { newEmail: 'latter@example.com' }))
    const token = asked.map(tokenOf).find((found) => found !== '') ?? ''
    await mailsAfter(async () => dataOf(await client.execute(VerifyEmailDocument, { token })))
    expect(JSON.stringify(dumpDatabase(server.databasePath))).toContain(email)
    dataOf(await client.execute(DeleteAccountDocument, { userId: id }))
    expect(JSON.stringify(dumpDatabase(server.databasePath))).not.toMatch(/former@|latter@/)
  })

  it('asks nothing of an address with a password that will not do', async () => {
    const before = dumpDatabase(server.databasePath)
    const answer = await open().execute(RegisterDocument, { email: 'o@example.com', password: 'short', name: 'O' })
    expect(refusals(answer)).toEqual([['BAD_USER_INPUT', 'register']])
    expect(dumpDatabase(server.databasePath)).toEqual(before)
  })
})
