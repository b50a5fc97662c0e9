import { once } from 'node:events'
import Sqlite from 'better-sqlite3'
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
        mailServer.arrived.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: undoQuotedPrintable(Buffer.concat(chunks).toString()),
        })
        done()
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
  const database = new Sqlite(databasePath, { readonly: true })
  try {
    const waiting = database.prepare('SELECT 1 FROM mails WHERE sent_at IS NULL AND failed_at IS NULL')
    const isOver = () => expect(waiting.all()).toEqual([])
    await vi.waitFor(isOver, { timeout: 5000, interval: 10 })
  } finally {
    database.close()
  }
}

function undoQuotedPrintable(text: string): string {
  return text
    .replace(/=\r?\n/g, '')
    .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
