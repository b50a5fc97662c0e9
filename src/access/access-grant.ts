import type { Role } from '../identity/user.ts'

/** In ascending order: each level includes the ones before it. */
export const accessLevels = ['READ', 'WRITE', 'MANAGE'] as const
export type AccessLevel = (typeof accessLevels)[number]

/** Types of this schema that have an access control list. */
export type ResourceType = 'Document'

export interface Resource {
  type: ResourceType
  id: string
}

export type Grantee =
  | { kind: 'USER'; userId: string }
  /** Whoever's verified address it is. */
  | { kind: 'INVITEE'; email: string }
  /** Everyone who holds the role, itself or through inheritance. */
  | { kind: 'ROLE'; role: Role }
  /** Every signed-in user. */
  | { kind: 'EVERYONE' }

export interface AccessGrant {
  id: string
  resource: Resource
  grantee: Grantee
  level: AccessLevel
  grantedBy: string | null
  grantedAt: Date
}

/** Who asks for access: a user and every role they hold, inherited ones included. */
export interface AccessSubject {
  id: string
  roles: readonly string[]
}

/** What the access domain needs of a place that keeps access control lists. A resource has at most one grant a grantee. */
export interface AccessGrantStore {
  /** Makes the grant, or changes level, grantor and time of the one that the grantee has; gives the one that stands. */
  put(grant: AccessGrant): Promise<AccessGrant>
  /** False when there was none. */
  remove(resource: Resource, grantee: Grantee): Promise<boolean>
  removeAll(resource: Resource): Promise<void>
  /** Removes every grant on several resources of one type. */
  removeAllOf(type: ResourceType, ids: readonly string[]): Promise<void>
  /** Removes every grant of one grantee, wherever it is. */
  removeGrantee(grantee: Grantee): Promise<void>
  /** Oldest first, of several resources of one type in one statement. */
  list(type: ResourceType, ids: readonly string[]): Promise<AccessGrant[]>
  /** Oldest first, every grant that names the grantee. */
  listByGrantee(grantee: Grantee): Promise<AccessGrant[]>
}
