import { and, asc, eq, inArray } from 'drizzle-orm'
import type { AccessGrant, AccessGrantStore, Grantee, Resource } from '../../access/access-grant.ts'
import { canonicalEmail, type Role } from '../../identity/user.ts'
import type { Database } from '../database.ts'
import type { Tables } from '../tables.ts'
import { levelOf, rankOf } from './access-level.ts'

type GrantRow = Tables['accessGrants']['$inferSelect']

/** Ids in one statement: a database takes only so many parameters. */
const idsAtOnce = 500

export function createAccessGrantStore({ db, tables: { accessGrants } }: Database): AccessGrantStore {
  const isOf = ({ type, id }: Resource) => and(eq(accessGrants.resourceType, type), eq(accessGrants.resourceId, id))

  const isTo = (grantee: Grantee) => {
    const { granteeKind, granteeKey } = toKey(grantee)
    return and(eq(accessGrants.granteeKind, granteeKind), eq(accessGrants.granteeKey, granteeKey))
  }

  return {
    async put(grant) {
      const row = toRow(grant)
      const { resourceType, resourceId, granteeKind, granteeKey } = accessGrants
      const rows = await db
        .insert(accessGrants)
        .values(row)
        .onConflictDoUpdate({
          target: [resourceType, resourceId, granteeKind, granteeKey],
          set: { level: row.level, grantedBy: row.grantedBy, grantedAt: row.grantedAt },
        })
        .returning()
      return rows[0] ? toGrant(rows[0]) : grant
    },
    async remove(resource, grantee) {
      const rows = await db
        .delete(accessGrants)
        .where(and(isOf(resource), isTo(grantee)))
        .returning({ id: accessGrants.id })
      return rows.length > 0
    },
    async removeAll(resource) {
      await db.delete(accessGrants).where(isOf(resource))
    },
    async removeAllOf(type, ids) {
      for (let from = 0; from < ids.length; from += idsAtOnce) {
        const { resourceType, resourceId } = accessGrants
        const some = inArray(resourceId, ids.slice(from, from + idsAtOnce))
        await db.delete(accessGrants).where(and(eq(resourceType, type), some))
      }
    },
    async removeGrantee(grantee) {
      await db.delete(accessGrants).where(isTo(grantee))
    },
    async list(type, ids) {
      const rows = await db
        .select()
        .from(accessGrants)
        .where(and(eq(accessGrants.resourceType, type), inArray(accessGrants.resourceId, [...ids])))
        .orderBy(asc(accessGrants.id))
      return rows.map(toGrant)
    },
    async listByGrantee(grantee) {
      const rows = await db.select().from(accessGrants).where(isTo(grantee)).orderBy(asc(accessGrants.id))
      return rows.map(toGrant)
    },
  }
}

function toRow({ id, resource, grantee, level, grantedBy, grantedAt }: AccessGrant): GrantRow {
  return {
    id,
    resourceType: resource.type,
    resourceId: resource.id,
    ...toKey(grantee),
    level: rankOf(level),
    grantedBy,
    grantedAt,
  }
}

function toKey(grantee: Grantee): Pick<GrantRow, 'granteeKind' | 'granteeKey' | 'granteeUserId'> {
  const granteeKind = grantee.kind
  switch (grantee.kind) {
    case 'USER':
      return { granteeKind, granteeKey: grantee.userId, granteeUserId: grantee.userId }
    case 'INVITEE':
      return { granteeKind, granteeKey: canonicalEmail(grantee.email), granteeUserId: null }
    case 'ROLE':
      return { granteeKind, granteeKey: grantee.role, granteeUserId: null }
    case 'EVERYONE':
      return { granteeKind, granteeKey: '*', granteeUserId: null }
  }
}

function toGrant(row: GrantRow): AccessGrant {
  return {
    id: row.id,
    resource: { type: row.resourceType, id: row.resourceId },
    grantee: toGrantee(row),
    level: levelOf(row.level),
    grantedBy: row.grantedBy,
    grantedAt: row.grantedAt,
  }
}

function toGrantee({ granteeKind, granteeKey }: GrantRow): Grantee {
  switch (granteeKind) {
    case 'USER':
      return { kind: 'USER', userId: granteeKey }
    case 'INVITEE':
      return { kind: 'INVITEE', email: granteeKey }
    case 'ROLE':
      return { kind: 'ROLE', role: granteeKey as Role }
    case 'EVERYONE':
      return { kind: 'EVERYONE' }
  }
}
