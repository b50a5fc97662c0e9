import { and, eq, exists, gte, isNotNull, or, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { AccessLevel, Grantee } from '../../access/access-grant.ts'
import type { VisibilityWay } from '../../documents/document.ts'
import type { Database } from '../database.ts'
import { rankOf } from './access-level.ts'

/** Who asks, in placeholders: the statements that decide access are prepared. */
const me = sql.placeholder('me')

/** One way to a document: by what stands in its own row, or by a grant of it. */
export interface Way {
  by: 'document' | 'grant'
  condition: SQL | undefined
}

/** Gives the values of the placeholders of who asks. */
export function askedBy({ id, roles }: { id: string; roles: readonly string[] }): Record<string, string> {
  return Object.fromEntries([['me', id], ...roles.map((role, position) => [`role${position}`, role])])
}

/**
 * The rule of who has access to a document, the only copy of it. Lists start from its ways, everything else tests its
 * conditions, so they cannot disagree. `roles` is the number of roles that the asking user holds.
 */
export function createDocumentAccess({ db, tables: { documents, accessGrants, users } }: Database, roles: number) {
  const isOwner = eq(documents.ownerId, me)
  const verifiedAddress = db
    .select({ address: users.canonicalEmail })
    .from(users)
    .where(and(eq(users.id, me), isNotNull(users.emailVerifiedAt)))

  const grantTo = (kind: Grantee['kind'], key: string | Placeholder | SQL, level: AccessLevel): Way => ({
    by: 'grant',
    condition: and(
      eq(accessGrants.granteeKind, kind),
      eq(accessGrants.granteeKey, key),
      eq(accessGrants.resourceType, 'Document'),
      gte(accessGrants.level, rankOf(level)),
    ),
  })
  const grantWays = (level: AccessLevel): Way[] => [
    grantTo('USER', me, level),
    grantTo('INVITEE', sql`${verifiedAddress}`, level),
    grantTo('EVERYONE', '*', level),
    ...Array.from({ length: roles }, (_, position) => grantTo('ROLE', sql.placeholder(`role${position}`), level)),
  ]
  const accessWays = (level: AccessLevel): Way[] => [
    { by: 'document', condition: isOwner },
    ...(level === 'READ' ? [{ by: 'document', condition: eq(documents.published, true) } as const] : []),
    ...grantWays(level),
  ]

  const holds = ({ by, condition }: Way): SQL | undefined =>
    by === 'document'
      ? condition
      : exists(
          db
            .select({ id: accessGrants.id })
            .from(accessGrants)
            .where(and(eq(accessGrants.resourceId, documents.id), condition)),
        )
  const holdsAny = (ways: readonly Way[]): SQL => or(...ways.map(holds)) ?? sql`false`

  /** The ways that a rule's way stands for; none when it names nothing. */
  const waysOf = ({ owner, access }: VisibilityWay): Way[] => {
    if (!owner) return access === null ? [] : accessWays(access)
    return [{ by: 'document', condition: access === null ? isOwner : and(isOwner, holdsAny(accessWays(access))) }]
  }

  return { isOwner, grantWays, accessWays, waysOf, holdsAny }
}
