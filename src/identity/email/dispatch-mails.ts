import type { Clock } from '../../clock.ts'
import type { Sealing } from '../sealing.ts'
import type { LeasedMail, MailStore } from './mail.ts'
import { retryTime } from './retry-time.ts'
import { isTemplateName, templates } from './templates/index.ts'
import { type WrittenMail, writeMail } from './write-mail.ts'

/** Hands a mail on; rejects when it could not. */
export type SendMail = (mail: WrittenMail) => Promise<void>

export interface Dispatching {
  mails: MailStore
  sealing: Sealing
  clock: Clock
  publicUrl: string
  send: SendMail
  /** Told of each attempt that failed; `givenUp` when there will be no other. */
  onFailure(error: unknown, mail: { id: string; template: string; attempts: number; givenUp: boolean }): void
}

/** Seconds for which mails are in one sender's hands, longer than sending them all can take, and how many at a time. */
const leaseLength = 300
const batchSize = 10

/**
 * Sends the mails that are due, one after the other, and gives how many it tried. One that fails is tried again later,
 * for a day and a half. A server that dies between sending and noting it sends that mail twice, never not at all.
 */
export async function dispatchMails(dispatching: Dispatching): Promise<number> {
  const now = dispatching.clock.now()
  const until = new Date(now.getTime() + leaseLength * 1000)
  const leased = await dispatching.mails.lease({ now, until, limit: batchSize })
  for (const mail of leased) await dispatch(dispatching, mail)
  return leased.length
}

async function dispatch({ mails, sealing, clock, publicUrl, send, onFailure }: Dispatching, mail: LeasedMail) {
  const { id, template, attempts, toAddress } = mail
  // Those before it took their time: its account may be deleted by now, or the mail be in another's hands.
  if (!(await mails.isHeld(mail, clock.now()))) return
  const data = sealing.open(mail.sealedData, 'mail', id)
  if (data === null || !isTemplateName(template)) {
    await mails.markFailed(mail, clock.now())
    return onFailure(new TypeError('A mail can be read no longer'), { id, template, attempts, givenUp: true })
  }
  try {
    await send(writeMail(templates[template](JSON.parse(data)), { to: toAddress, publicUrl }))
  } catch (error) {
    const dueAt = retryTime(attempts, clock.now())
    await (dueAt ? mails.reschedule(mail, dueAt) : mails.markFailed(mail, clock.now()))
    return onFailure(error, { id, template, attempts, givenUp: dueAt === null })
  }
  await mails.markSent(mail, clock.now())
}
