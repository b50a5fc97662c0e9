import { record } from '../audit/record.ts'
import { NotFoundError } from '../errors.ts'
import type { Client, Identity } from './identity.ts'
import { requireWayIn } from './require-way-in.ts'

/**
 * Removes one of a user's own authenticators. Sessions that it began go on. Somebody else's is answered as one that
 * does not exist. The passkey itself stays on its device, good for nothing here.
 *
 * @throws NOT_FOUND when the user has none of that id
 * @throws CONFLICT when it is the last way to sign in
 */
export async function removeAuthenticator(
  identity: Identity,
  { id, userId }: { id: string; userId: string },
  client: Client,
): Promise<true> {
  const { passkeys, transaction } = identity
  await transaction(async () => {
    if (!(await passkeys.delete({ id, userId }))) throw new NotFoundError('You have no such authenticator')
    await requireWayIn(identity, userId)
    const subject = { type: 'User', id: userId } as const
    await record(identity, { actorId: userId, ...client }, { action: 'PASSKEY_REMOVED', subject })
  })
  return true
}
