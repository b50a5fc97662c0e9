import { ConflictError } from '../errors.ts'
import type { Identity } from './identity.ts'

/**
 * Requires that a user can still sign in: by a password, a passkey or a provider. Call it after what takes a way away,
 * in the same transaction. It does not know whether its user remembers the password.
 *
 * @throws CONFLICT when there is no way left
 */
export async function requireWayIn(
  { passwords, passkeys, providerLinks, loginProviders }: Identity,
  userId: string,
): Promise<void> {
  if ((await passwords.find(userId)) !== null) return
  if ((await passkeys.listByUser(userId)).length > 0) return
  const links = await providerLinks.listByUser(userId)
  // What the configuration no longer has leads nowhere.
  if (links.some(({ provider, issuer }) => loginProviders.get(provider)?.issuer === issuer)) return
  throw new ConflictError('This is the last way to sign in: add another one first')
}
