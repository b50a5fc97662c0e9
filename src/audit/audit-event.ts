import type { Page, PageRequest } from '../page.ts'

/** Every action of `enum AuditAction` in the schema; a test holds the two together. */
export const auditActions = [
  'USER_REGISTERED',
  'LOGIN_SUCCEEDED',
  'LOGIN_FAILED',
  'SECOND_FACTOR_REQUIRED',
  'REAUTHENTICATED',
  'REAUTHENTICATION_FAILED',
  'TOTP_ENROLLED',
  'TOTP_REMOVED',
  'RECOVERY_CODES_REGENERATED',
  'RECOVERY_CODE_USED',
  'LOGOUT',
  'SESSION_REVOKED',
  'API_TOKEN_CREATED',
  'PROVIDER_LINKED',
  'PROVIDER_UNLINKED',
  'PASSWORD_CHANGED',
  'PASSWORD_CHANGE_FAILED',
  'PASSWORD_RESET',
  'EMAIL_VERIFIED',
  'EMAIL_CHANGE_REQUESTED',
  'EMAIL_CHANGED',
  'PROFILE_UPDATED',
  'PASSKEY_REGISTERED',
  'PASSKEY_REMOVED',
  'USER_SUSPENDED',
  'USER_REINSTATED',
  'ACCOUNT_DELETED',
  'SECOND_FACTOR_RESET',
  'PERSONAL_DATA_EXPORTED',
  'SIGNING_KEY_ROTATED',
  'SIGNING_KEY_RETIRED',
  'ROLE_ASSIGNED',
  'ROLE_WITHDRAWN',
  'DOCUMENT_CREATED',
  'DOCUMENT_UPDATED',
  'DOCUMENT_PUBLISHED',
  'DOCUMENT_DELETED',
  'ACCESS_GRANTED',
  'ACCESS_WITHDRAWN',
] as const
export type AuditAction = (typeof auditActions)[number]

export type AuditSubjectType = 'User' | 'Session' | 'Document'

/** One thing that happened. Holds no secret, ever: `detail` is text for a person, made of what clients may see. */
export interface AuditEvent {
  id: string
  action: AuditAction
  actorId: string | null
  subject: { type: AuditSubjectType; id: string } | null
  detail: string | null
  ipAddress: string | null
  userAgent: string | null
  occurredAt: Date
}

export interface AuditFilter {
  actions: readonly AuditAction[] | null
  actorId: string | null
  subjectId: string | null
  from: Date | null
  until: Date | null
}

/**
 * What the audit domain needs of a place that keeps events. Append-only: it can neither change one, but for where it
 * came from, nor delete one that is younger than ninety days.
 */
export interface AuditStore {
  append(event: AuditEvent): Promise<void>
  /** Newest first. */
  list(query: PageRequest & { filter: AuditFilter }): Promise<Page<AuditEvent>>
  count(query: { filter: AuditFilter }): Promise<number>
  /**
   * Erases the network addresses and user agents of what a user did, and of what nobody signed in did to their account.
   * The events stay, with the user's id in them.
   */
  eraseOrigins(userId: string): Promise<void>
  /**
   * Deletes those that happened before, the oldest first, at most `limit`; gives how many.
   *
   * @throws DatabaseError when one of them is younger than ninety days by the clock of the place; then all are kept
   */
  purge(before: Date, limit: number): Promise<number>
}

/** Who did something and from where; a part of every call that is recorded. */
export interface Origin {
  actorId: string | null
  ipAddress: string | null
  userAgent: string | null
}
