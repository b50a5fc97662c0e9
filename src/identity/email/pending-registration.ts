import { createHash } from 'node:crypto'
import { record } from '../../audit/record.ts'
import type { Client, Identity } from '../identity.ts'
import type { User } from '../user.ts'
import { enqueueMail } from './enqueue-mail.ts'
import { verificationLifetime } from './request-email-verification.ts'

/** An account that is made once its address is proved. */
export interface PendingRegistration {
  email: string
  name: string
  passwordHash: string
  /** Of the key of the browser that the password was set in. */
  browser: string
}

/**
 * Mails an address a link that makes the account; where it has one already, its owner is told. Call it in a
 * transaction.
 */
export async function mailRegistration(
  identity: Identity,
  { browserKey, ...account }: Omit<PendingRegistration, 'browser'> & { browserKey: string },
): Promise<void> {
  const { users, oneTimeSecrets } = identity
  const { email, name } = account
  const { secret } = await oneTimeSecrets.createToken({
    purpose: 'EMAIL_VERIFICATION',
    address: email,
    binding: null,
    lifetime: verificationLifetime,
    data: { ...account, browser: hashKey(browserKey) },
  })
  const owner = await users.findByEmail(email)
  await enqueueMail(
    identity,
    owner
      ? { userId: owner.id, to: owner.email, template: 'address-taken', data: { name: owner.name } }
      : { userId: null, to: email, template: 'verify-email', data: { name, secret } },
  )
}

export function readPendingRegistration(data: unknown): PendingRegistration | null {
  if (typeof data !== 'object' || data === null) return null
  if (!('email' in data && 'name' in data && 'passwordHash' in data && 'browser' in data)) return null
  const { email, name, passwordHash, browser } = data
  return typeof email === 'string' &&
    typeof name === 'string' &&
    typeof passwordHash === 'string' &&
    typeof browser === 'string'
    ? { email, name, passwordHash, browser }
    : null
}

/**
 * Makes the account. It gets its password only in the browser that set it: elsewhere a stranger may have set it, for
 * somebody who would confirm whatever is mailed to them; its owner then sets one by `requestPasswordReset`. Call it in
 * a transaction.
 *
 * @throws CONFLICT when the address has an account meanwhile
 */
export async function completeRegistration(
  identity: Identity,
  { email, name, passwordHash, browser }: PendingRegistration,
  browserKey: string | null,
  client: Client,
): Promise<void> {
  const { users, passwords, clock, createId } = identity
  const now = clock.now()
  const user: User = {
    id: createId(),
    name,
    email,
    emailVerified: true,
    suspended: false,
    roles: ['MEMBER'],
    createdAt: now,
  }
  await users.create(user)
  if (browserKey !== null && hashKey(browserKey) === browser) await passwords.put(user.id, passwordHash, now)
  const origin = { actorId: user.id, ...client }
  const subject = { type: 'User', id: user.id } as const
  await record(identity, origin, { action: 'USER_REGISTERED', subject })
  await record(identity, origin, { action: 'EMAIL_VERIFIED', subject })
}

const hashKey = (key: string) => createHash('sha256').update(key).digest('base64url')
