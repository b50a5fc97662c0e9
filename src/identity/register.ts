import { record } from '../audit/record.ts'
import type { Client, Identity, SignedIn } from './identity.ts'
import { readName } from './name.ts'
import { checkNewPassword } from './password/rules.ts'
import { startSession } from './start-session.ts'
import type { User } from './user.ts'

export interface RegisterInput {
  email: string
  password: string
  name: string
  /** The session that the request was authenticated by: the new one takes its place. */
  currentSession?: { id: string } | null
}

/**
 * Makes an account with the role MEMBER and signs its user in. It does not prove that the address is theirs; and it
 * tells whether an address has an account already.
 *
 * @throws BAD_USER_INPUT for a name or a password that will not do
 * @throws CONFLICT when the address has an account
 * @throws RATE_LIMITED when too many accounts were made from the client's network
 */
export async function register(identity: Identity, input: RegisterInput, client: Client): Promise<SignedIn> {
  const { users, passwords, hasher, throttle, transaction, clock, createId, passwordRules } = identity
  const { email, password } = input
  const name = readName('name', input.name)
  checkNewPassword('password', password, { email, name }, passwordRules)
  using place = hasher.reserve()
  await throttle.admitRegistration(client.ipAddress)

  const hash = await hasher.hash(password, place)
  return transaction(async () => {
    const now = clock.now()
    const user: User = {
      id: createId(),
      name,
      email,
      emailVerified: false,
      suspended: false,
      roles: ['MEMBER'],
      createdAt: now,
    }
    await users.create(user)
    await passwords.put(user.id, hash, now)
    const subject = { type: 'User', id: user.id } as const
    await record(identity, { actorId: user.id, ...client }, { action: 'USER_REGISTERED', subject })
    const replaces = input.currentSession?.id ?? null
    return startSession(identity, { user, methods: ['PASSWORD'], replaces }, client)
  })
}
