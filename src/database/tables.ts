import { sql } from 'drizzle-orm'
import type { Grantee, ResourceType } from '../access/access-grant.ts'
import type { AuditAction, AuditSubjectType } from '../audit/audit-event.ts'
import type { OneTimeSecretPurpose } from '../identity/one-time-secret-store.ts'
import type { AuthenticationMethod, SessionEnd, SessionKind } from '../identity/session.ts'
import type { Role } from '../identity/user.ts'
import type { Columns } from './postgresql-columns.ts'

/**
 * Defines every table, in the words of one database. Lists that grow with the schema (roles, audit actions) have no
 * CHECK: SQLite could only widen it by rebuilding the table.
 */
export function defineTables({
  table,
  text,
  integer,
  largeInteger,
  boolean,
  instant,
  json,
  primaryKey,
  index,
  uniqueIndex,
  check,
}: Columns) {
  const users = table(
    'users',
    {
      id: text('id').primaryKey(),
      name: text('name').notNull(),
      email: text('email').notNull(),
      canonicalEmail: text('canonical_email').notNull(),
      emailVerifiedAt: instant('email_verified_at'),
      suspendedAt: instant('suspended_at'),
      createdAt: instant('created_at').notNull(),
    },
    (user) => [uniqueIndex('users_canonical_email').on(user.canonicalEmail)],
  )

  const credentials = table(
    'credentials',
    {
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      kind: text('kind').$type<'PASSWORD'>().notNull(),
      secret: text('secret').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    (credential) => [primaryKey({ columns: [credential.userId, credential.kind] })],
  )

  const sessions = table(
    'sessions',
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      kind: text('kind').$type<SessionKind>().notNull(),
      /** Of an API token. */
      name: text('name'),
      /** An API token's scopes; null is all that its user may do. */
      permissions: json('permissions').$type<readonly string[]>(),
      methods: json('methods').$type<readonly AuthenticationMethod[]>().notNull(),
      userAgent: text('user_agent'),
      ipAddress: text('ip_address'),
      createdAt: instant('created_at').notNull(),
      authenticatedAt: instant('authenticated_at').notNull(),
      lastUsedAt: instant('last_used_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      endsAt: instant('ends_at').notNull(),
      endedAt: instant('ended_at'),
      endReason: text('end_reason').$type<SessionEnd>(),
    },
    (session) => [
      index('sessions_user').on(session.userId, session.endedAt, session.expiresAt),
      index('sessions_expires_at').on(session.expiresAt),
      index('sessions_ended_at').on(session.endedAt),
      check('sessions_expires_by_its_end', sql`${session.expiresAt} <= ${session.endsAt}`),
      check('sessions_ended_for_a_reason', sql`(${session.endedAt} is null) = (${session.endReason} is null)`),
    ],
  )

  const oneTimeSecrets = table(
    'one_time_secrets',
    {
      id: text('id').primaryKey(),
      purpose: text('purpose').$type<OneTimeSecretPurpose>().notNull(),
      userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
      /** Canonical. */
      address: text('address'),
      secretHash: text('secret_hash').notNull(),
      /** Of what the browser that asked for it keeps; null where any browser may use it. */
      bindingHash: text('binding_hash'),
      /** JSON, sealed: it may hold what is secret itself. */
      sealedData: text('sealed_data'),
      attemptsLeft: integer('attempts_left').notNull(),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      consumedAt: instant('consumed_at'),
    },
    (secret) => [
      index('one_time_secrets_hash').on(secret.secretHash),
      index('one_time_secrets_user').on(secret.userId, secret.purpose),
      index('one_time_secrets_address').on(secret.address, secret.purpose),
      index('one_time_secrets_expires_at').on(secret.expiresAt),
      check('one_time_secrets_attempts', sql`${secret.attemptsLeft} >= 0`),
    ],
  )

  const totpAuthenticators = table(
    'totp_authenticators',
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      sealedSecret: text('sealed_secret').notNull(),
      confirmedAt: instant('confirmed_at'),
      lastTimeStep: largeInteger('last_time_step'),
      createdAt: instant('created_at').notNull(),
    },
    (authenticator) => [
      index('totp_authenticators_user').on(authenticator.userId),
      uniqueIndex('totp_authenticators_confirmed')
        .on(authenticator.userId)
        .where(sql`${authenticator.confirmedAt} is not null`),
      check(
        'totp_authenticators_step_once_confirmed',
        sql`(${authenticator.confirmedAt} is null) = (${authenticator.lastTimeStep} is null)`,
      ),
    ],
  )

  const recoveryCodes = table(
    'recovery_codes',
    {
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      codeHash: text('code_hash').notNull(),
      usedAt: instant('used_at'),
    },
    (code) => [primaryKey({ columns: [code.userId, code.codeHash] })],
  )

  const passkeys = table(
    'passkeys',
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      /** In base64url, as are public keys. */
      credentialId: text('credential_id').notNull(),
      publicKey: text('public_key').notNull(),
      algorithm: integer('algorithm').notNull(),
      /** Unsigned, of 32 bits. */
      counter: largeInteger('counter').notNull(),
      transports: json('transports').$type<readonly string[]>().notNull(),
      backedUp: boolean('backed_up').notNull(),
      name: text('name').notNull(),
      createdAt: instant('created_at').notNull(),
      lastUsedAt: instant('last_used_at'),
    },
    (passkey) => [
      uniqueIndex('passkeys_credential').on(passkey.credentialId),
      index('passkeys_user').on(passkey.userId),
      check('passkeys_counter', sql`${passkey.counter} >= 0`),
    ],
  )

  const providerLinks = table(
    'provider_links',
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      provider: text('provider').notNull(),
      issuer: text('issuer').notNull(),
      subject: text('subject').notNull(),
      createdAt: instant('created_at').notNull(),
    },
    (link) => [
      uniqueIndex('provider_links_identity').on(link.issuer, link.subject),
      index('provider_links_user').on(link.userId),
    ],
  )

  const mails = table(
    'mails',
    {
      id: text('id').primaryKey(),
      toAddress: text('to_address').notNull(),
      /** Whose account it is about, whatever its address then or later; null where there is none yet. */
      userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
      template: text('template').notNull(),
      /** What the template is filled with; null once nothing is left to send. */
      sealedData: text('sealed_data'),
      createdAt: instant('created_at').notNull(),
      dueAt: instant('due_at').notNull(),
      attempts: integer('attempts').notNull(),
      leasedUntil: instant('leased_until'),
      sentAt: instant('sent_at'),
      failedAt: instant('failed_at'),
    },
    (mail) => [
      index('mails_due').on(mail.dueAt).where(sql`${mail.sentAt} is null and ${mail.failedAt} is null`),
      index('mails_sent_at').on(mail.sentAt),
      index('mails_failed_at').on(mail.failedAt),
      index('mails_user').on(mail.userId),
      check('mails_settled_once', sql`${mail.sentAt} is null or ${mail.failedAt} is null`),
      check(
        'mails_data_until_settled',
        sql`(${mail.sealedData} is null) = (${mail.sentAt} is not null or ${mail.failedAt} is not null)`,
      ),
    ],
  )

  const signingKeys = table('signing_keys', {
    kid: text('kid').primaryKey(),
    algorithm: text('algorithm').notNull(),
    sealedKey: text('sealed_key').notNull(),
    createdAt: instant('created_at').notNull(),
    /** Since when it verifies nothing any more. */
    retiredAt: instant('retired_at'),
  })

  const roleAssignments = table(
    'role_assignments',
    {
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      role: text('role').$type<Role>().notNull(),
      assignedBy: text('assigned_by').references(() => users.id, { onDelete: 'set null' }),
      assignedAt: instant('assigned_at').notNull(),
    },
    (assignment) => [
      primaryKey({ columns: [assignment.userId, assignment.role] }),
      index('role_assignments_role').on(assignment.role, assignment.userId),
      index('role_assignments_assigned_by').on(assignment.assignedBy),
    ],
  )

  // An owner is not deleted from under a document: its grants name it without a foreign key and would be left behind.
  const documents = table(
    'documents',
    {
      id: text('id').primaryKey(),
      title: text('title').notNull(),
      body: text('body').notNull(),
      published: boolean('published').notNull(),
      ownerId: text('owner_id')
        .notNull()
        .references(() => users.id),
      version: integer('version').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    (document) => [
      index('documents_owner').on(document.ownerId, document.id),
      index('documents_published').on(document.published, document.id),
      check('documents_version_from_1', sql`${document.version} >= 1`),
    ],
  )

  const accessGrants = table(
    'access_grants',
    {
      id: text('id').primaryKey(),
      resourceType: text('resource_type').$type<ResourceType>().notNull(),
      resourceId: text('resource_id').notNull(),
      granteeKind: text('grantee_kind').$type<Grantee['kind']>().notNull(),
      /** Of a USER the id, of an INVITEE the canonical address, of a ROLE its name, of EVERYONE `*`. */
      granteeKey: text('grantee_key').notNull(),
      /** Of a USER the id again, so that the grant goes when the account goes. */
      granteeUserId: text('grantee_user_id').references(() => users.id, { onDelete: 'cascade' }),
      /** 1 READ, 2 WRITE, 3 MANAGE: a higher one includes the lower ones. */
      level: integer('level').notNull(),
      grantedBy: text('granted_by').references(() => users.id, { onDelete: 'set null' }),
      grantedAt: instant('granted_at').notNull(),
    },
    (grant) => [
      uniqueIndex('access_grants_resource').on(
        grant.resourceType,
        grant.resourceId,
        grant.granteeKind,
        grant.granteeKey,
      ),
      index('access_grants_grantee').on(
        grant.granteeKind,
        grant.granteeKey,
        grant.resourceType,
        grant.resourceId,
        grant.level,
      ),
      index('access_grants_grantee_user').on(grant.granteeUserId),
      index('access_grants_granted_by').on(grant.grantedBy),
      check('access_grants_level', sql`${grant.level} in (1, 2, 3)`),
      check('access_grants_grantee_kind', sql`${grant.granteeKind} in ('USER', 'INVITEE', 'ROLE', 'EVERYONE')`),
      check(
        'access_grants_user',
        sql`case when ${grant.granteeKind} = 'USER' then ${grant.granteeUserId} is not null and ${grant.granteeUserId} = ${grant.granteeKey} else ${grant.granteeUserId} is null end`,
      ),
    ],
  )

  const throttleCounters = table(
    'throttle_counters',
    {
      kind: text('kind').$type<'WINDOW' | 'BACKOFF'>().notNull(),
      key: text('key').notNull(),
      count: integer('count').notNull(),
      /** Of a WINDOW its end; of a BACKOFF the instant from which the next attempt is admitted. */
      until: instant('until').notNull(),
    },
    (counter) => [
      primaryKey({ columns: [counter.kind, counter.key] }),
      index('throttle_counters_until').on(counter.kind, counter.until),
      check('throttle_counters_kind', sql`${counter.kind} in ('WINDOW', 'BACKOFF')`),
    ],
  )

  // No foreign keys: what happened stays on record when those it names are gone.
  const auditEvents = table(
    'audit_events',
    {
      id: text('id').primaryKey(),
      action: text('action').$type<AuditAction>().notNull(),
      actorId: text('actor_id'),
      subjectType: text('subject_type').$type<AuditSubjectType>(),
      subjectId: text('subject_id'),
      detail: text('detail'),
      occurredAt: instant('occurred_at').notNull(),
    },
    (event) => [
      index('audit_events_action').on(event.action, event.id),
      index('audit_events_actor').on(event.actorId, event.id),
      index('audit_events_subject').on(event.subjectId, event.id),
      index('audit_events_occurred_at').on(event.occurredAt),
      check('audit_events_subject_whole', sql`(${event.subjectType} is null) = (${event.subjectId} is null)`),
    ],
  )

  // What identifies a person by their device, apart from the event, which cannot be changed, so that it can be erased.
  const auditOrigins = table('audit_origins', {
    eventId: text('event_id')
      .primaryKey()
      .references(() => auditEvents.id, { onDelete: 'cascade' }),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
  })

  return {
    users,
    credentials,
    sessions,
    oneTimeSecrets,
    totpAuthenticators,
    recoveryCodes,
    passkeys,
    providerLinks,
    mails,
    signingKeys,
    roleAssignments,
    documents,
    accessGrants,
    throttleCounters,
    auditEvents,
    auditOrigins,
  }
}

export type Tables = ReturnType<typeof defineTables>
