import { record } from '../../audit/record.ts'
import { AuthenticationError } from '../../errors.ts'
import type { Client, Identity } from '../identity.ts'
import type { OneTimeSecret } from '../one-time-secret.ts'
import type { Session } from '../session.ts'
import { canonicalEmail } from '../user.ts'
import { enqueueMail } from './enqueue-mail.ts'
import { completeRegistration, readPendingRegistration } from './pending-registration.ts'
import { proveAddress } from './prove-address.ts'
import { wrongToken } from './wrong-token.ts'

export interface VerifyEmailInput {
  token: string
  /** In which session the browser is that shows the token; null when nobody is signed in there. */
  session: Session | null
  /** What that browser keeps. */
  browserKey: string | null
}

/**
 * Uses up a token that was mailed to an address and so proves the address: of an account, of one that is made by this,
 * or the new one of an account. It signs nobody in. A change of address is taken from its own user alone: else
 * somebody could be made to prove their address for a stranger's account. The address that was is told.
 *
 * @throws INVALID_CREDENTIALS for a token that is wrong, used up or expired
 * @throws UNAUTHENTICATED for a change of address that somebody else, or nobody, confirms
 * @throws CONFLICT when the address belongs to another account meanwhile
 * @throws RATE_LIMITED before anything is checked
 */
export async function verifyEmail(identity: Identity, input: VerifyEmailInput, client: Client): Promise<void> {
  const { token, session, browserKey } = input
  const { sessions, oneTimeSecrets, throttle, transaction, clock } = identity
  await throttle.admitTokenCheck(client.ipAddress)
  await transaction(async () => {
    // Read again: it may have ended since the request was let in.
    const standing = session && (await sessions.find(session.id, clock.now()))
    const viewerId = standing?.user.id ?? null
    const proof = await oneTimeSecrets.consume({ purpose: 'EMAIL_VERIFICATION', token, binding: null })
    if (proof) return verify(identity, proof, { viewerId, browserKey }, client)
    const change = await oneTimeSecrets.consume({ purpose: 'EMAIL_CHANGE', token, binding: null })
    if (!change) throw wrongToken()
    await confirmChange(identity, change, viewerId, client)
  })
}

async function verify(
  identity: Identity,
  { userId, address, data }: OneTimeSecret,
  { viewerId, browserKey }: { viewerId: string | null; browserKey: string | null },
  client: Client,
): Promise<void> {
  const registration = readPendingRegistration(data)
  if (registration) return completeRegistration(identity, registration, browserKey, client)
  const user = userId === null ? null : await identity.users.find(userId)
  if (!user || user.suspended || address !== canonicalEmail(user.email)) throw wrongToken()
  await proveAddress(identity, user, { keepsCredentials: viewerId === user.id }, { actorId: user.id, ...client })
}

async function confirmChange(
  identity: Identity,
  { userId, data }: OneTimeSecret,
  viewerId: string | null,
  client: Client,
): Promise<void> {
  const { users, oneTimeSecrets, mails, clock } = identity
  const emails = readEmails(data)
  if (userId === null || emails === null) throw wrongToken()
  // The transaction fails, and leaves the token good.
  if (viewerId !== userId)
    throw new AuthenticationError('UNAUTHENTICATED', { message: 'Sign in to the account whose address this becomes' })
  const user = await users.find(userId)
  if (!user || !(await users.changeEmail(userId, emails, clock.now()))) throw wrongToken()
  // What was mailed to the address that was.
  for (const purpose of ['EMAIL_VERIFICATION', 'EMAIL_CHANGE', 'PASSWORD_RESET', 'LOGIN_CODE'] as const)
    await oneTimeSecrets.invalidate(purpose, { userId })
  // Nothing but that address tells from now on whose the rest is: that of a registration, for one.
  if (user.emailVerified) {
    for (const purpose of ['EMAIL_VERIFICATION', 'PASSWORD_RESET', 'LOGIN_CODE'] as const)
      await oneTimeSecrets.invalidate(purpose, { address: emails.from })
    await mails.adopt(emails.from, userId)
  }
  const subject = { type: 'User', id: userId } as const
  await record(identity, { actorId: userId, ...client }, { action: 'EMAIL_CHANGED', subject })
  const notice = { name: user.name, address: emails.to }
  await enqueueMail(identity, { userId, to: emails.from, template: 'email-changed', data: notice })
}

function readEmails(data: unknown): { from: string; to: string } | null {
  if (typeof data !== 'object' || data === null || !('from' in data) || !('to' in data)) return null
  const { from, to } = data
  return typeof from === 'string' && typeof to === 'string' ? { from, to } : null
}
