import { record } from '../../audit/record.ts'
import { ConflictError, InputError } from '../../errors.ts'
import { tellOwner } from '../email/tell-owner.ts'
import type { Client, Identity } from '../identity.ts'
import { readName } from '../name.ts'
import { requireLiveSession } from '../require-live-session.ts'
import type { Session } from '../session.ts'
import type { User } from '../user.ts'
import { registrationBinding, requireRoom } from './begin-passkey-registration.ts'
import type { Passkey } from './passkey.ts'
import { readRegistration } from './read-response.ts'
import { verifyRegistration } from './verify-registration.ts'

export interface FinishPasskeyRegistrationInput {
  /** Who is signed in, and by which session. */
  user: User
  session: Session
  /** A RegistrationResponseJSON. */
  response: unknown
  /** What its user calls it; null for nothing particular. */
  name: string | null
}

/**
 * Keeps a passkey whose registration was begun in the same session. The challenge is used up whether or not the
 * passkey is accepted. The user is told by mail. It does not prove what make the authenticator is of.
 *
 * @throws BAD_USER_INPUT for a name or a response that will not do
 * @throws CONFLICT when the passkey is somebody's already, or the user has ten
 * @throws UNAUTHENTICATED when the session ended meanwhile
 */
export async function finishPasskeyRegistration(
  identity: Identity,
  { user, session, response, name }: FinishPasskeyRegistrationInput,
  client: Client,
): Promise<Passkey> {
  const { passkeys, oneTimeSecrets, relyingParty, transaction, clock, createId } = identity
  const chosenName = name === null ? 'Passkey' : readName('name', name)
  const registration = readRegistration(response)
  const challenge = await oneTimeSecrets.consume({
    purpose: 'PASSKEY_CHALLENGE',
    token: registration.challenge,
    binding: registrationBinding(session),
  })
  const credential = challenge && (await verifyRegistration(relyingParty, registration))
  if (challenge?.userId !== user.id || !credential)
    throw new InputError('response', 'The response must answer, in time, the registration last begun in this session')

  const passkey = { ...credential, id: createId(), userId: user.id, name: chosenName, lastUsedAt: null }
  return transaction(async () => {
    await requireLiveSession(identity, session)
    const kept: Passkey = { ...passkey, createdAt: clock.now() }
    requireRoom((await passkeys.listByUser(user.id)).length)
    if (!(await passkeys.create(kept))) throw new ConflictError('This passkey is registered already')
    const subject = { type: 'User', id: user.id } as const
    await record(identity, { actorId: user.id, ...client }, { action: 'PASSKEY_REGISTERED', subject })
    await tellOwner(identity, user.id, 'passkey-added')
    return kept
  })
}
