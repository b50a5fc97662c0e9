import { record } from '../audit/record.ts'
import { NotFoundError } from '../errors.ts'
import type { Client, Identity } from './identity.ts'

export interface RevokeSessionInput {
  /** The session to end. */
  id: string
  viewer: { id: string; mayManageUsers: boolean }
}

/**
 * Ends a session: one's own, or anybody's for those who may manage users. For everybody else a foreign session is
 * answered as one that does not exist. What is being answered in that session at this moment is still answered.
 *
 * @throws NOT_FOUND when there is no such live session
 */
export async function revokeSession(identity: Identity, input: RevokeSessionInput, client: Client): Promise<true> {
  const { sessions, transaction, clock } = identity
  const { id, viewer } = input
  await transaction(async () => {
    const now = clock.now()
    const session = await sessions.find(id, now)
    const allowed = session?.user.id === viewer.id || viewer.mayManageUsers
    if (!allowed || !(await sessions.end(id, 'REVOKED', now))) throw new NotFoundError('There is no such session')
    const subject = { type: 'Session', id } as const
    await record(identity, { actorId: viewer.id, ...client }, { action: 'SESSION_REVOKED', subject })
  })
  return true
}
