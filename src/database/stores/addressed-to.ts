import { and, eq, inArray, isNotNull, isNull, or } from 'drizzle-orm'
import { canonicalEmail, type User } from '../../identity/user.ts'
import type { Database } from '../database.ts'

/** Conditions for the rows that belong to a user by their id, and by address: some are older than an account. */
export function addressedTo(
  { db, tables: { oneTimeSecrets, mails }, foldCase }: Database,
  user: Pick<User, 'id' | 'email'>,
) {
  const address = canonicalEmail(user.email)
  /** Addresses that the user is about to change to. */
  const others = db
    .select({ address: oneTimeSecrets.address })
    .from(oneTimeSecrets)
    .where(and(eq(oneTimeSecrets.userId, user.id), isNotNull(oneTimeSecrets.address)))
  const to = foldCase(mails.toAddress)
  return {
    /** Of mails. */
    isTo: or(eq(mails.userId, user.id), eq(to, address), inArray(to, others)),
    /** Of one-time secrets. */
    isOf: or(
      eq(oneTimeSecrets.userId, user.id),
      and(isNull(oneTimeSecrets.userId), eq(oneTimeSecrets.address, address)),
    ),
  }
}
