import { createTransport } from 'nodemailer'
import type { SendMail } from './dispatch-mails.ts'

/** Milliseconds that each step of handing a mail over may take: ten mails fit into a lease. */
const timeout = 10_000

/**
 * Makes what hands mails to an SMTP server, a connection each. It is sent when the server has taken it: what becomes of
 * it from there on, nobody tells us.
 *
 * @param url - `smtp://` or `smtps://`, with user and password in it if the server asks for them
 * @param from - the address that mails come from
 */
export function createSmtpSender(url: string, from: string): SendMail {
  const limits = { connectionTimeout: timeout, greetingTimeout: timeout, socketTimeout: timeout }
  const transport = createTransport({ url, ...limits, disableFileAccess: true, disableUrlAccess: true })
  return async ({ to, subject, text, html }) => {
    // As an object, so that no character of the address can make it two.
    await transport.sendMail({ from, to: { name: '', address: to }, subject, text, html }).catch(rethrow)
  }
}

/** What a server says of a mail that it does not take may quote the mail, a token in it too: its number alone is told. */
function rethrow(error: unknown): never {
  if (!(error instanceof Error && 'responseCode' in error)) throw error
  throw new Error(`The mail server answered ${error.responseCode}`)
}
