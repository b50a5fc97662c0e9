import { record } from '../../audit/record.ts'
import { tellOwner } from '../email/tell-owner.ts'
import { finishFirstFactor } from '../finish-first-factor.ts'
import type { Client, Identity, SecondFactorRequired, SignedIn } from '../identity.ts'
import type { User } from '../user.ts'
import { createAccountFor, readVerifiedEmail } from './create-account-for.ts'
import { nameProvider, type ProviderIdentity } from './login-provider.ts'
import { type ProviderRefusal, recordRefusal } from './provider-refusal.ts'

export interface SignInByProviderInput {
  /** The provider's id. */
  provider: string
  /** Whom the provider sent back. */
  account: ProviderIdentity
  /** The session that the browser was signed in with: the new one takes its place. */
  currentSession: { id: string } | null
  /** What this browser alone keeps. */
  browserKey: string
  /** Uses the state up, in the same transaction; false when it is no longer good. */
  consume(): Promise<boolean>
}

/**
 * Signs in the user to whom an account at a provider is linked. One that is linked to nobody is linked by its address
 * when the provider vouches for that and an account here has proved it too, whose user is told by mail; where nobody has
 * the address, an account is made. Who has a second factor is signed in only once that is given.
 *
 * @throws RATE_LIMITED when too many accounts were made from the client's network
 * @throws CONFLICT when an account of the address was made meanwhile
 */
export async function signInByProvider(
  identity: Identity,
  { provider, account, currentSession, browserKey, consume }: SignInByProviderInput,
  client: Client,
): Promise<SignedIn | SecondFactorRequired | ProviderRefusal> {
  const { users, providerLinks, throttle, transaction } = identity
  const email = readVerifiedEmail(account)
  const known = await providerLinks.find(account.issuer, account.subject)
  const isNew = !known && email !== null && (await users.findByEmail(email)) === null
  if (isNew) await throttle.admitRegistration(client.ipAddress)

  return transaction(async () => {
    const refuse = async (refusal: ProviderRefusal, userId: string | null = null) => {
      await recordRefusal(identity, { provider, userId, refusal }, client)
      return refusal
    }
    if (!(await consume())) return refuse('STATE_UNKNOWN')
    const found = await findUser(identity, account, email)
    if (typeof found === 'string') return refuse(found)
    if (found === null && !(isNew && email !== null)) return refuse('NOT_PROVED')
    const user = found?.user ?? (await createAccountFor(identity, { account, email: email ?? '' }, client))
    if (user.suspended) return refuse('NOT_PROVED', user.id)
    if (!found?.isLinked) await link(identity, { provider, account, user }, client)
    // Of a link that an account here has got, not of the account that is made by it.
    if (found && !found.isLinked)
      await tellOwner(identity, user.id, 'provider-linked', { provider: nameProvider(identity, provider) })
    const bindBrowser = () => browserKey
    return finishFirstFactor(identity, { user, method: 'OAUTH', currentSession, bindBrowser }, client)
  })
}

/** Null when nobody has the account or its address. */
async function findUser(
  { users, providerLinks }: Identity,
  { issuer, subject }: ProviderIdentity,
  email: string | null,
): Promise<{ user: User; isLinked: boolean } | ProviderRefusal | null> {
  const linked = await providerLinks.find(issuer, subject)
  if (linked) {
    const user = await users.find(linked.userId)
    return user ? { user, isLinked: true } : 'NOT_PROVED'
  }
  // Said before anybody is looked up: an address that is only claimed tells nothing about who has an account.
  if (email === null) return 'ADDRESS_UNVERIFIED'
  const user = await users.findByEmail(email)
  if (!user) return null
  const links = await providerLinks.listByUser(user.id)
  // The provider may have given the address to somebody else since.
  if (!user.emailVerified || links.some((link) => link.issuer === issuer)) return 'LINK_REQUIRED'
  return { user, isLinked: false }
}

async function link(
  identity: Identity,
  { provider, account: { issuer, subject }, user }: { provider: string; account: ProviderIdentity; user: User },
  client: Client,
): Promise<void> {
  const { providerLinks, clock, createId } = identity
  await providerLinks.create({ id: createId(), userId: user.id, provider, issuer, subject, createdAt: clock.now() })
  const event = { action: 'PROVIDER_LINKED', subject: { type: 'User', id: user.id }, detail: provider } as const
  await record(identity, { actorId: user.id, ...client }, event)
}
