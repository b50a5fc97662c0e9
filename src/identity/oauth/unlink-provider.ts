import type { Origin } from '../../audit/audit-event.ts'
import { record } from '../../audit/record.ts'
import { NotFoundError } from '../../errors.ts'
import { tellOwner } from '../email/tell-owner.ts'
import type { Identity } from '../identity.ts'
import { requireLiveSession } from '../require-live-session.ts'
import { requireWayIn } from '../require-way-in.ts'
import type { Session } from '../session.ts'
import { nameProvider } from './login-provider.ts'

/**
 * Takes a provider from the ways in which a user can sign in. Sessions that began there go on. What the provider knows
 * of this server is the provider's. The user is told by mail.
 *
 * @throws NOT_FOUND when the user has no account there linked
 * @throws CONFLICT when it is the last way to sign in
 * @throws UNAUTHENTICATED when the session ended meanwhile
 */
export async function unlinkProvider(
  identity: Identity,
  { session, provider }: { session: Session; provider: string },
  origin: Origin,
): Promise<void> {
  const { providerLinks, transaction } = identity
  const userId = session.user.id
  await transaction(async () => {
    await requireLiveSession(identity, session)
    const links = (await providerLinks.listByUser(userId)).filter((link) => link.provider === provider)
    if (links.length === 0) throw new NotFoundError('This login provider is not linked')
    for (const link of links) await providerLinks.delete(link)
    await requireWayIn(identity, userId)
    const subject = { type: 'User', id: userId } as const
    await record(identity, origin, { action: 'PROVIDER_UNLINKED', subject, detail: provider })
    await tellOwner(identity, userId, 'provider-unlinked', { provider: nameProvider(identity, provider) })
  })
}
