import { and, count, eq, isNull } from 'drizzle-orm'
import type { RoleStore } from '../../access/role-store.ts'
import type { Database } from '../database.ts'

export function createRoleStore({ db, tables: { roleAssignments, users } }: Database): RoleStore {
  return {
    async assign(userId, role, assignedBy, assignedAt) {
      const rows = await db
        .insert(roleAssignments)
        .values({ userId, role, assignedBy, assignedAt })
        .onConflictDoNothing({ target: [roleAssignments.userId, roleAssignments.role] })
        .returning({ role: roleAssignments.role })
      return rows.length > 0
    },
    async withdraw(userId, role) {
      const rows = await db
        .delete(roleAssignments)
        .where(and(eq(roleAssignments.userId, userId), eq(roleAssignments.role, role)))
        .returning({ role: roleAssignments.role })
      return rows.length > 0
    },
    async countActiveHolders(role) {
      const rows = await db
        .select({ count: count() })
        .from(roleAssignments)
        .innerJoin(users, eq(users.id, roleAssignments.userId))
        .where(and(eq(roleAssignments.role, role), isNull(users.suspendedAt)))
      return rows[0]?.count ?? 0
    },
  }
}
