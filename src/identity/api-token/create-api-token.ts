import { record } from '../../audit/record.ts'
import { ConflictError, InputError } from '../../errors.ts'
import { tellOwner } from '../email/tell-owner.ts'
import type { Client, Identity } from '../identity.ts'
import { readName } from '../name.ts'
import { requireLiveSession } from '../require-live-session.ts'
import type { Session } from '../session.ts'

export interface CreateApiTokenInput {
  /** The session that its user asks from. */
  session: Session
  /** What the user may do: scopes that are not among these are refused. */
  grantedPermissions: readonly string[]
  name: string
  /** The scopes; null: all that the user may do at the time. */
  permissions: readonly string[] | null
  expiresInDays: number
}

const longestLife = 366
const day = 86_400_000

/**
 * Makes an API token of the user who asks, and the session that stands for it. The token is given back this once: what
 * is kept cannot be turned into it. Its scopes are a limit, not a grant: what its user may not do at the time of use,
 * neither may it. The user is told by mail.
 *
 * @throws BAD_USER_INPUT for a name, scopes or a life that will not do
 * @throws CONFLICT when the user has as many as anybody may have sessions
 * @throws UNAUTHENTICATED when the session ended meanwhile
 */
export async function createApiToken(
  identity: Identity,
  input: CreateApiTokenInput,
  client: Client,
): Promise<{ session: Session; token: string }> {
  const { sessions, apiTokens, transaction, clock, createId, settings } = identity
  const { session: asking, expiresInDays } = input
  const name = readName('name', input.name)
  const permissions = readScopes(input)
  if (!(expiresInDays >= 1 && expiresInDays <= longestLife))
    throw new InputError('expiresInDays', `expiresInDays must be 1 to ${longestLife}, not ${expiresInDays}`)

  const now = clock.now()
  const end = new Date(now.getTime() + expiresInDays * day)
  const session: Session = {
    id: createId(),
    user: asking.user,
    kind: 'API_TOKEN',
    name,
    permissions,
    methods: asking.methods,
    userAgent: client.userAgent,
    ipAddress: client.ipAddress,
    createdAt: now,
    authenticatedAt: asking.authenticatedAt,
    lastUsedAt: now,
    expiresAt: end,
    endsAt: end,
  }
  return transaction(async () => {
    await requireLiveSession(identity, asking)
    const others = await sessions.listByUser(asking.user.id, now, 'API_TOKEN')
    if (others.length >= settings.perUser)
      throw new ConflictError(`There are ${settings.perUser} API tokens already: revoke one first`)

    await sessions.create(session)
    const subject = { type: 'Session', id: session.id } as const
    const detail = permissions === null ? 'every permission' : permissions.join(' ') || 'no permission'
    await record(identity, { actorId: asking.user.id, ...client }, { action: 'API_TOKEN_CREATED', subject, detail })
    await tellOwner(identity, asking.user.id, 'api-token-created')
    return { session, token: apiTokens.issue(session) }
  })
}

function readScopes({ permissions, grantedPermissions }: CreateApiTokenInput): readonly string[] | null {
  if (permissions === null) return null
  const missing = permissions.find((permission) => !grantedPermissions.includes(permission))
  if (missing !== undefined)
    throw new InputError('permissions', `permissions must be some of your own, and ${missing} is not`)
  return [...new Set(permissions)]
}
