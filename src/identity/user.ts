import type { Page, PageRequest } from '../page.ts'

/** Every role of `enum Role` in the schema; a test holds the two together. */
export const roles = ['MEMBER', 'EDITOR', 'ADMIN'] as const
export type Role = (typeof roles)[number]

/** A person's account. */
export interface User {
  id: string
  name: string
  /** As the user typed it; compared by {@link canonicalEmail}. */
  email: string
  emailVerified: boolean
  suspended: boolean
  /** As assigned, without those they include. */
  roles: readonly Role[]
  createdAt: Date
}

/** What the identity domain needs of a place that keeps users. */
export interface UserStore {
  /**
   * Makes the account and assigns its roles.
   * @throws ConflictError when the address, compared by {@link canonicalEmail}, belongs to a user already
   */
  create(user: User): Promise<void>
  find(id: string): Promise<User | null>
  findMany(ids: readonly string[]): Promise<User[]>
  findByEmail(email: string): Promise<User | null>
  rename(id: string, name: string): Promise<void>
  /** Notes that the user proved the address to be theirs; false when it is noted already, or is not theirs any more. */
  verifyEmail(user: Pick<User, 'id' | 'email'>, at: Date): Promise<boolean>
  /**
   * Gives the user another address, which is proved; false when `from` is not theirs any more.
   * @throws ConflictError when the address belongs to another user
   */
  changeEmail(id: string, emails: { from: string; to: string }, at: Date): Promise<boolean>
  /** Oldest first; `search` matches name or address in any letter case. */
  list(query: PageRequest & { search: string | null }): Promise<Page<User>>
  count(query: { search: string | null }): Promise<number>
  countAll(): Promise<number>
}

/** What the identity domain needs of a place that keeps passwords. */
export interface PasswordStore {
  /** The password's hash as a PHC string, or null. */
  find(userId: string): Promise<string | null>
  put(userId: string, hash: string, at: Date): Promise<void>
  /** Replaces `expected` by `hash`; false when another change came first. */
  replace(userId: string, expected: string, hash: string, at: Date): Promise<boolean>
  /** False when the user has none. */
  delete(userId: string): Promise<boolean>
}

/**
 * Gives the form in which addresses are compared: NFC, lower case. Addresses are not otherwise folded: dots and
 * `+tags` are the mail provider's business.
 */
export function canonicalEmail(email: string): string {
  return email.normalize('NFC').toLowerCase()
}
