import type { SendMail } from './dispatch-mails.ts'
import type { WrittenMail } from './write-mail.ts'

/** The mails that a development server would have sent. */
export interface DevelopmentInbox {
  send: SendMail
  /** Newest first. */
  list(): readonly WrittenMail[]
}

/** How many mails are kept. */
const limit = 50

/**
 * Keeps mails in memory instead of sending them.
 *
 * @param print - shown each mail: secrets and all, which is why it is for development alone
 */
export function createDevelopmentInbox(print: (mail: WrittenMail) => void): DevelopmentInbox {
  const kept: WrittenMail[] = []
  return {
    async send(mail) {
      kept.unshift(mail)
      kept.length = Math.min(kept.length, limit)
      print(mail)
    },
    list: () => kept,
  }
}
