/** A mail that is to be sent. */
export interface Mail {
  id: string
  toAddress: string
  /** Whose account it is about, which it goes with; null where there is none yet. */
  userId: string | null
  template: string
  /** What the template is filled with, encrypted for this very id. */
  sealedData: string
  createdAt: Date
}

/** A mail in the hands of one sender, who alone may settle it until the lease is over. */
export interface LeasedMail extends Mail {
  /** How often it was taken, this time included. */
  attempts: number
  leasedUntil: Date
}

/** What the identity domain needs of a place that keeps mails until they are sent. */
export interface MailStore {
  /** Keeps a mail that is due at once. Call it in the transaction of what the mail is about. */
  enqueue(mail: Mail): Promise<void>
  /**
   * Takes mails that are due and in nobody's hands, those due first, at most `limit`, and counts the attempt. Of many
   * who ask at once each mail goes to one. A sender who fails to settle one in time loses it to the next.
   */
  lease(lease: { now: Date; until: Date; limit: number }): Promise<LeasedMail[]>
  /** Whether it is in this sender's hands still: not when the lease was lost, nor when the mail is gone. */
  isHeld(mail: LeasedMail, now: Date): Promise<boolean>
  /** Notes that it was sent, and forgets its data; false when the lease was lost. */
  markSent(mail: LeasedMail, at: Date): Promise<boolean>
  /** Gives it back, to be taken again from `dueAt` on; false when the lease was lost. */
  reschedule(mail: LeasedMail, dueAt: Date): Promise<boolean>
  /** Gives it up, and forgets its data; false when the lease was lost. */
  markFailed(mail: LeasedMail, at: Date): Promise<boolean>
  /** Makes mails to an address that are about no account yet be about this user's. */
  adopt(address: string, userId: string): Promise<void>
  /** Deletes what was sent or given up before `before`, at most `limit` rows; gives how many. */
  purge(before: Date, limit: number): Promise<number>
}
