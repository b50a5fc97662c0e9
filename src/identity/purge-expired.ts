import type { Clock } from '../clock.ts'
import type { MailStore } from './email/mail.ts'
import type { OneTimeSecretStore } from './one-time-secret-store.ts'
import type { SessionStore } from './session.ts'
import type { ThrottleStore } from './throttle-store.ts'

/** Rows that are kept for a time, and are good for nothing after it. */
export interface Expiring {
  /** What they are, in the plural. */
  name: string
  /** Deletes those whose time is over, at most `limit`; gives how many. */
  purge(now: Date, limit: number): Promise<number>
}

/** Seconds for which a session that is over, and a mail that is settled, can still be looked up. */
const retention = 30 * 86_400

/** Lists everything of this domain that expires. */
export function listExpiring(stores: {
  sessions: SessionStore
  oneTimeSecrets: OneTimeSecretStore
  mails: MailStore
  throttle: ThrottleStore
}): Expiring[] {
  const { sessions, oneTimeSecrets, mails, throttle } = stores
  const beforeNow = (now: Date) => new Date(now.getTime() - retention * 1000)
  return [
    { name: 'sessions', purge: (now, limit) => sessions.purge(beforeNow(now), limit) },
    { name: 'one-time secrets', purge: (now, limit) => oneTimeSecrets.purge(now, limit) },
    { name: 'mails', purge: (now, limit) => mails.purge(beforeNow(now), limit) },
    { name: 'throttle counters', purge: (now, limit) => throttle.purge(now, limit) },
  ]
}

/**
 * Deletes what has expired, at most `limit` rows of a kind, and gives how many of each. What is left is for the next
 * time: nothing relies on its being gone.
 */
export async function purgeExpired(
  { expiring, clock }: { expiring: readonly Expiring[]; clock: Clock },
  limit: number,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const { name, purge } of expiring) counts.set(name, await purge(clock.now(), limit))
  return counts
}
