import { record } from '../../audit/record.ts'
import type { Client, Identity } from '../identity.ts'

/** Why somebody who came back from a provider is not signed in, or not linked. */
export type ProviderRefusal =
  /** The state is unknown, used, too old, or another browser's or provider's. */
  | 'STATE_UNKNOWN'
  /** The provider refused, or did not prove what it says. */
  | 'NOT_PROVED'
  /** The provider does not vouch for an address by which an account could be made or found. */
  | 'ADDRESS_UNVERIFIED'
  /** There is an account of that address: its user has to sign in to it first, and link on purpose. */
  | 'LINK_REQUIRED'
  /** The browser is not signed in any more as when it began to link. */
  | 'SIGN_IN_REQUIRED'
  /** The account at the provider is somebody else's way to sign in. */
  | 'LINKED_ELSEWHERE'
  /** Another account at the same provider is linked. */
  | 'LINKED_ALREADY'

/** Records why nobody was signed in. What the provider said stays out of it. */
export function recordRefusal(
  identity: Identity,
  { provider, userId, refusal }: { provider: string; userId: string | null; refusal: ProviderRefusal },
  client: Client,
): Promise<void> {
  const subject = userId === null ? null : ({ type: 'User', id: userId } as const)
  const detail = `${provider}: ${refusal}`
  return record(identity, { actorId: null, ...client }, { action: 'LOGIN_FAILED', subject, detail })
}
