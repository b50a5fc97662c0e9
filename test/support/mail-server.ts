import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

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
  /** What it answers instead of taking a mail. */
  refusal: Error | null
  /** Waits for the mail after the `count` that were there already, and gives it. */
  next(count: number): Promise<ArrivedMail>
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
        if (mailServer.refusal) return done(mailServer.refusal)
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
    refusal: null,
    async next(count) {
      for (let waited = 0; waited < 5000; waited += 10) {
        const mail = mailServer.arrived[count]
        if (mail) return mail
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      throw new Error(`There should be a mail after the first ${count}`)
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return mailServer
}

function undoQuotedPrintable(text: string): string {
  return text
    .replace(/=\r?\n/g, '')
    .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
