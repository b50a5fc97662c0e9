import { record } from '../../audit/record.ts'
import { tellOwner } from '../email/tell-owner.ts'
import type { Client, Identity } from '../identity.ts'
import type { Session } from '../session.ts'
import { nameProvider, type ProviderIdentity } from './login-provider.ts'
import type { ProviderRefusal } from './provider-refusal.ts'

export interface LinkProviderInput {
  /** The provider's id. */
  provider: string
  /** Whom the provider sent back. */
  account: ProviderIdentity
  /** The session that the linking began in, if it still is the browser's. */
  session: Session | null
  /** Uses the state up, in the same transaction; false when it is no longer good. */
  consume(): Promise<boolean>
}

/**
 * Makes an account at a provider a way to sign in, for the user who asked for it, and tells them by mail. Null when it is
 * one now.
 */
export function linkProvider(
  identity: Identity,
  { provider, account: { issuer, subject: accountId }, session, consume }: LinkProviderInput,
  client: Client,
): Promise<ProviderRefusal | null> {
  const { users, sessions, providerLinks, transaction, clock, createId } = identity
  return transaction(async () => {
    if (!(await consume())) return 'STATE_UNKNOWN'
    // Read again: asking the provider took its time.
    const current = session && (await sessions.find(session.id, clock.now()))
    const user = current && (await users.find(current.user.id))
    if (!user || user.suspended) return 'SIGN_IN_REQUIRED'
    const linked = await providerLinks.find(issuer, accountId)
    if (linked) return linked.userId === user.id ? null : 'LINKED_ELSEWHERE'
    const links = await providerLinks.listByUser(user.id)
    if (links.some((link) => link.issuer === issuer)) return 'LINKED_ALREADY'

    const link = { id: createId(), userId: user.id, provider, issuer, subject: accountId, createdAt: clock.now() }
    await providerLinks.create(link)
    const subject = { type: 'User', id: user.id } as const
    await record(identity, { actorId: user.id, ...client }, { action: 'PROVIDER_LINKED', subject, detail: provider })
    await tellOwner(identity, user.id, 'provider-linked', { provider: nameProvider(identity, provider) })
    return null
  })
}
