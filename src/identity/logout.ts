import { record } from '../audit/record.ts'
import type { Client, Identity } from './identity.ts'

/**
 * Ends the session that the cookie's token names, also when the token has expired. True in any case: whoever asks is
 * signed out afterwards. It ends no other session of the user.
 *
 * @param input.token - the session cookie's value, or null when there is none
 */
export async function logout(identity: Identity, input: { token: string | null }, client: Client): Promise<true> {
  const { tokens, sessions, transaction, clock } = identity
  const verification = input.token === null ? null : tokens.verify(input.token, { ignoreExpiration: true })
  if (verification === null || 'fault' in verification) return true

  const { sid, sub } = verification.claims
  await transaction(async () => {
    const session = await sessions.find(sid, clock.now())
    if (session?.user.id !== sub || !(await sessions.end(sid, 'LOGOUT', clock.now()))) return
    await record(identity, { actorId: sub, ...client }, { action: 'LOGOUT', subject: { type: 'Session', id: sid } })
  })
  return true
}
