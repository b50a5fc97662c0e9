import { and, asc, count, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import { ConflictError } from '../../errors.ts'
import { canonicalEmail, type Role, type User, type UserStore } from '../../identity/user.ts'
import type { Database } from '../database.ts'
import { DatabaseError } from '../database-error.ts'
import type { Tables } from '../tables.ts'
import { toPage } from './page.ts'
import { containing, matches } from './search.ts'

type UserRow = Tables['users']['$inferSelect']

const addressTaken = 'An account with this address exists already: sign in with it, or use another address'

export function createUserStore(database: Database): UserStore {
  const {
    db,
    tables: { users, roleAssignments },
    transaction,
  } = database
  const withRoles = () =>
    db
      .select({ user: users, role: roleAssignments.role })
      .from(users)
      .leftJoin(roleAssignments, eq(roleAssignments.userId, users.id))
  const byId = withRoles()
    .where(eq(users.id, sql.placeholder('id')))
    .prepare('user_by_id')
  const byEmail = withRoles()
    .where(eq(users.canonicalEmail, sql.placeholder('email')))
    .prepare('user_by_email')
  const has = (id: string, email: string) => and(eq(users.id, id), eq(users.canonicalEmail, canonicalEmail(email)))
  const searched = (search: string | null) =>
    search === null ? undefined : matches(database, [users.name, users.email], containing(search))

  return {
    async create(user) {
      const created = await transaction(async () => {
        const rows = await db
          .insert(users)
          .values(toRow(user))
          .onConflictDoNothing({ target: users.canonicalEmail })
          .returning({ id: users.id })
        if (rows.length > 0 && user.roles.length > 0)
          await db
            .insert(roleAssignments)
            .values(user.roles.map((role) => ({ userId: user.id, role, assignedBy: null, assignedAt: user.createdAt })))
        return rows.length > 0
      })
      if (!created) throw new ConflictError(addressTaken)
    },
    async find(id) {
      return toUsers(await byId.execute({ id }))[0] ?? null
    },
    async findMany(ids) {
      return toUsers(await withRoles().where(inArray(users.id, [...ids])))
    },
    async findByEmail(email) {
      return toUsers(await byEmail.execute({ email: canonicalEmail(email) }))[0] ?? null
    },
    async rename(id, name) {
      await db.update(users).set({ name }).where(eq(users.id, id))
    },
    async verifyEmail({ id, email }, at) {
      const rows = await db
        .update(users)
        .set({ emailVerifiedAt: at })
        .where(and(has(id, email), isNull(users.emailVerifiedAt)))
        .returning({ id: users.id })
      return rows.length > 0
    },
    async changeEmail(id, { from, to }, at) {
      try {
        const rows = await db
          .update(users)
          .set({ email: to, canonicalEmail: canonicalEmail(to), emailVerifiedAt: at })
          .where(has(id, from))
          .returning({ id: users.id })
        return rows.length > 0
      } catch (error) {
        if (error instanceof DatabaseError && error.violation === 'UNIQUE') throw new ConflictError(addressTaken)
        throw error
      }
    },
    async list({ first, after, search }) {
      const page = db
        .select({ id: users.id })
        .from(users)
        .where(and(after === null ? undefined : gt(users.id, after), searched(search)))
        .orderBy(asc(users.id))
        .limit(first + 1)
      return toPage(toUsers(await withRoles().where(inArray(users.id, page)).orderBy(asc(users.id))), first)
    },
    async count({ search }) {
      const rows = await db.select({ count: count() }).from(users).where(searched(search))
      return rows[0]?.count ?? 0
    },
    async countAll() {
      const rows = await db.select({ count: count() }).from(users)
      return rows[0]?.count ?? 0
    },
  }
}

function toRow({ id, name, email, emailVerified, suspended, createdAt }: User): UserRow {
  return {
    id,
    name,
    email,
    canonicalEmail: canonicalEmail(email),
    emailVerifiedAt: emailVerified ? createdAt : null,
    suspendedAt: suspended ? createdAt : null,
    createdAt,
  }
}

/** Puts together users that come in one row a role. */
export function toUsers(rows: readonly { user: UserRow; role: Role | null }[]): User[] {
  const users = new Map<string, User & { roles: Role[] }>()
  for (const { user, role } of rows) {
    const known = users.get(user.id) ?? {
      id: user.id,
      name: user.name,
      email: user.email,
      emailVerified: user.emailVerifiedAt !== null,
      suspended: user.suspendedAt !== null,
      roles: [],
      createdAt: user.createdAt,
    }
    if (role !== null) known.roles.push(role)
    users.set(user.id, known)
  }
  return [...users.values()]
}
