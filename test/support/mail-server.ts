import { once } from 'node:events'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { SMTPServer } from 'smtp-server'
import { expect, vi } from 'vitest'

/** A mail as it arrived. */
export interface ArrivedMail {
  from: string
  to: string[]
  /** Headers and parts as they were sent, soft line breaks of quoted-printable undone. */
  source: string
}

/** A real SMTP server on a free port of this machine. */
export interface MailServer {
  url: string
  arrived: ArrivedMail[]
  /** What it does before it answers for a mail; an error refuses it. */
  onMail(mail: ArrivedMail): Error | null
  /** Does something, and gives the mails that the server with this database sends because of it. */
  mailsAfter(databasePath: string, work: () => Promise<unknown>): Promise<ArrivedMail[]>
  close(): Promise<void>
}

export async function startMailServer(): Promise<MailServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const mail = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: undoQuotedPrintable(Buffer.concat(chunks).toString()),
        }
        const refusal = mailServer.onMail(mail)
        if (refusal === null) mailServer.arrived.push(mail)
        done(refusal)
      })
    },
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const mailServer: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    arrived: [],
    onMail: () => null,
    async mailsAfter(databasePath, work) {
      await nothingWaits(databasePath)
      const count = mailServer.arrived.length
      await work()
      await nothingWaits(databasePath)
      return mailServer.arrived.slice(count)
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return mailServer
}

/** Waits until all mails of the outbox are settled. */
async function nothingWaits(databasePath: string): Promise<void> {
  const outbox = await openOutbox(databasePath)
  const isOver = async () => expect(await outbox.waiting()).toBe(0)
  await vi.waitFor(isOver, { timeout: 5000, interval: 10 }).finally(() => outbox.close())
}

async function openOutbox(databasePath: string) {
  const unsettled = 'SELECT count(*) AS waiting FROM mails WHERE sent_at IS NULL AND failed_at IS NULL'
  if (databasePath.startsWith('postgres:')) {
    const client = new pg.Client({ connectionString: databasePath })
    await client.connect()
    return {
      waiting: async () => Number((await client.query(unsettled)).rows[0].waiting),
      close: () => client.end(),
    }
  }
  const database = new Sqlite(databasePath, { readonly: true })
  const statement = database.prepare(unsettled).pluck()
  return { waiting: async () => Number(statement.get()), close: () => database.close() }
}

function undoQuotedPrintable(text: string): string {
  return text
    .replace(/=\r?\n/g, '')
    .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
