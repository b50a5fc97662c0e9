import { createHmac, type KeyObject } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { RateLimitError } from '../errors.ts'
import { clientNetwork } from './client-address.ts'
import type { ThrottleSettings } from './throttle-settings.ts'
import type { ThrottleStore } from './throttle-store.ts'
import { canonicalEmail, type User } from './user.ts'

/** A browser in which the very user has signed in before, by a verified known-device token. */
export interface KnownDevice {
  id: string
  userId: string
}

/** An attempt that may be made. It counts as failed until it is told otherwise. */
export interface AdmittedAttempt {
  /** Forgets the failures before it: somebody proved who they are. */
  succeed(): Promise<void>
}

/** Bounds how often credentials are tried. Each attempt is counted before anything is checked. */
export interface Throttle {
  /** @throws RATE_LIMITED when the client or the address has to wait */
  admitLogin(attempt: { email: string; ipAddress: string | null; device: KnownDevice | null }): Promise<AdmittedAttempt>
  /** @throws RATE_LIMITED when the client or the user has to wait */
  admitPasswordCheck(attempt: { userId: string; ipAddress: string | null }): Promise<AdmittedAttempt>
  /**
   * Counts apart from the first factor, which stays open.
   *
   * @param attempt - `userId` is null for whoever holds no challenge: that counts for their client alone
   * @throws RATE_LIMITED when the client or the user has to wait
   */
  admitSecondFactor(attempt: {
    userId: string | null
    ipAddress: string | null
    device: KnownDevice | null
  }): Promise<AdmittedAttempt>
  /** Bounds the work alone: nobody guesses a passkey. @throws RATE_LIMITED when the client has to wait */
  admitPasskeyCheck(attempt: { ipAddress: string | null; device: KnownDevice | null }): Promise<void>
  /** Bounds the work alone: nobody guesses what a link holds. @throws RATE_LIMITED when the client has to wait */
  admitTokenCheck(ipAddress: string | null): Promise<void>
  /** @throws RATE_LIMITED when the client has to wait */
  admitPasskeyChallenge(ipAddress: string | null): Promise<void>
  /** @throws RATE_LIMITED when the client has to wait */
  admitProviderStart(ipAddress: string | null): Promise<void>
  /** @throws RATE_LIMITED when the client has to wait */
  admitRegistration(ipAddress: string | null): Promise<void>
  /**
   * Counts a mail that somebody asked for, whether or not anybody has the address.
   *
   * @throws RATE_LIMITED when the client or the address has to wait
   */
  admitMail(mail: { email: string; ipAddress: string | null }): Promise<void>
  /** Forgets the failures at a user's address and at their password, who proved who they are in another way. */
  forgive(user: Pick<User, 'id' | 'email'>): Promise<void>
  /** Forgets the failures at a user's second step, which begins anew; those of browsers that they know stay. */
  forgiveSecondFactor(userId: string): Promise<void>
}

/** Seconds. */
const minute = 60
const hour = 3600
/** How many counters that no longer matter are cleared away when a new window opens. */
const purgeLimit = 20

/**
 * Makes the throttle. A known device counts by itself, so that strangers who guess at an address cannot lock its owner
 * out; known devices of one user share their client windows, so that nobody gains by collecting them. It does not stop
 * those who guess slowly at many addresses from many clients.
 *
 * @param secret - keys the HMACs under which everything is counted: the counters hold no address
 * @see NIST SP 800-63B-4, section 3.2.2
 */
export function createThrottle({
  store,
  secret,
  clock,
  settings,
}: {
  store: ThrottleStore
  secret: KeyObject | Buffer
  clock: Clock
  settings: ThrottleSettings
}): Throttle {
  const keyOf = (purpose: string, value: string) =>
    `${purpose}:${createHmac('sha256', secret).update(`${purpose}:${value}`).digest('base64url')}`

  async function hit(purpose: string, client: string, seconds: number, limit: number): Promise<void> {
    const now = clock.now()
    const { count, windowEndsAt } = await store.hit(keyOf(purpose, client), seconds, now)
    if (count === 1) await store.purge(now, purgeLimit)
    if (count > limit) throw new RateLimitError(secondsBetween(now, windowEndsAt), `over the limit of ${purpose}`)
  }

  async function hitClient(client: string): Promise<void> {
    await hit('attempts-a-minute', client, minute, settings.attemptsPerMinute)
    await hit('attempts-an-hour', client, hour, settings.attemptsPerHour)
  }

  async function attempt(key: string, waits = settings.waits): Promise<void> {
    const now = clock.now()
    const { admitted, failures, retryAt } = await store.attempt(key, waits, now)
    if (!admitted || failures > waits.length)
      throw new RateLimitError(secondsBetween(now, retryAt), `${failures} failures in a row`)
  }

  return {
    async admitLogin({ email, ipAddress, device }) {
      const address = keyOf('login-address', canonicalEmail(email))
      const key = device ? keyOf('login-device', `${device.userId}:${device.id}`) : address
      await hitClient(clientOf(ipAddress, device))
      await attempt(key)
      return {
        async succeed() {
          await store.clear(key)
          if (key !== address) await store.clear(address)
        },
      }
    },

    async admitPasswordCheck({ userId, ipAddress }) {
      const key = keyOf('password-check', userId)
      await hitClient(`network:${clientNetwork(ipAddress)}`)
      await attempt(key)
      return { succeed: () => store.clear(key) }
    },

    async admitSecondFactor({ userId, ipAddress, device }) {
      await hitClient(clientOf(ipAddress, device))
      if (userId === null) return { succeed: async () => {} }
      const user = keyOf('second-factor', userId)
      const key = device ? keyOf('second-factor-device', `${userId}:${device.id}`) : user
      await attempt(key, settings.secondFactorWaits)
      return {
        async succeed() {
          await store.clear(key)
          if (key !== user) await store.clear(user)
        },
      }
    },

    admitPasskeyCheck: ({ ipAddress, device }) => hitClient(clientOf(ipAddress, device)),

    async admitTokenCheck(ipAddress) {
      await hit('tokens-a-minute', clientOf(ipAddress, null), minute, settings.attemptsPerMinute)
      await hit('tokens-an-hour', clientOf(ipAddress, null), hour, settings.attemptsPerHour)
    },

    admitPasskeyChallenge: (ipAddress) =>
      hit('challenges-a-minute', clientOf(ipAddress, null), minute, settings.attemptsPerMinute),

    admitProviderStart: (ipAddress) =>
      hit('provider-starts-a-minute', clientOf(ipAddress, null), minute, settings.attemptsPerMinute),

    admitRegistration: (ipAddress) =>
      hit('registrations-an-hour', `network:${clientNetwork(ipAddress)}`, hour, settings.registrationsPerHour),

    async admitMail({ email, ipAddress }) {
      await hit('mails-an-hour', `network:${clientNetwork(ipAddress)}`, hour, settings.mailsPerHour)
      await hit('mails-a-quarter', canonicalEmail(email), 15 * minute, settings.mailsPerQuarterHour)
    },

    async forgive({ id, email }) {
      await store.clear(keyOf('login-address', canonicalEmail(email)))
      await store.clear(keyOf('password-check', id))
    },

    forgiveSecondFactor: (userId) => store.clear(keyOf('second-factor', userId)),
  }
}

function clientOf(ipAddress: string | null, device: KnownDevice | null): string {
  return device ? `user:${device.userId}` : `network:${clientNetwork(ipAddress)}`
}

function secondsBetween(from: Date, until: Date): number {
  return (until.getTime() - from.getTime()) / 1000
}
