import { asc, eq } from 'drizzle-orm'
import type { PersonalRecordStore } from '../../identity/personal-data.ts'
import type { Database } from '../database.ts'
import { addressedTo } from './addressed-to.ts'

export function createPersonalRecordStore(database: Database): PersonalRecordStore {
  const { db, tables } = database
  const { users, credentials, sessions, oneTimeSecrets, mails, roleAssignments } = tables
  const { totpAuthenticators, recoveryCodes, passkeys, providerLinks } = tables

  return {
    // Columns by name: one that is added later stays out until somebody has thought about it.
    async collect(user) {
      const { id } = user
      const { isTo, isOf } = addressedTo(database, user)
      return {
        account: await db
          .select({
            id: users.id,
            name: users.name,
            email: users.email,
            emailVerifiedAt: users.emailVerifiedAt,
            suspendedAt: users.suspendedAt,
            createdAt: users.createdAt,
          })
          .from(users)
          .where(eq(users.id, id)),
        roles: await db
          .select({ role: roleAssignments.role, assignedAt: roleAssignments.assignedAt })
          .from(roleAssignments)
          .where(eq(roleAssignments.userId, id)),
        passwords: await db
          .select({ createdAt: credentials.createdAt, updatedAt: credentials.updatedAt })
          .from(credentials)
          .where(eq(credentials.userId, id)),
        sessions: await db
          .select({
            id: sessions.id,
            kind: sessions.kind,
            name: sessions.name,
            permissions: sessions.permissions,
            methods: sessions.methods,
            userAgent: sessions.userAgent,
            ipAddress: sessions.ipAddress,
            createdAt: sessions.createdAt,
            authenticatedAt: sessions.authenticatedAt,
            lastUsedAt: sessions.lastUsedAt,
            expiresAt: sessions.expiresAt,
            endedAt: sessions.endedAt,
            endReason: sessions.endReason,
          })
          .from(sessions)
          .where(eq(sessions.userId, id))
          .orderBy(asc(sessions.id)),
        totpAuthenticators: await db
          .select({
            id: totpAuthenticators.id,
            confirmedAt: totpAuthenticators.confirmedAt,
            createdAt: totpAuthenticators.createdAt,
          })
          .from(totpAuthenticators)
          .where(eq(totpAuthenticators.userId, id)),
        recoveryCodes: await db
          .select({ usedAt: recoveryCodes.usedAt })
          .from(recoveryCodes)
          .where(eq(recoveryCodes.userId, id)),
        passkeys: await db
          .select({
            id: passkeys.id,
            name: passkeys.name,
            credentialId: passkeys.credentialId,
            transports: passkeys.transports,
            backedUp: passkeys.backedUp,
            createdAt: passkeys.createdAt,
            lastUsedAt: passkeys.lastUsedAt,
          })
          .from(passkeys)
          .where(eq(passkeys.userId, id))
          .orderBy(asc(passkeys.id)),
        providerLinks: await db
          .select({
            provider: providerLinks.provider,
            issuer: providerLinks.issuer,
            subject: providerLinks.subject,
            createdAt: providerLinks.createdAt,
          })
          .from(providerLinks)
          .where(eq(providerLinks.userId, id)),
        oneTimeSecrets: await db
          .select({
            purpose: oneTimeSecrets.purpose,
            address: oneTimeSecrets.address,
            createdAt: oneTimeSecrets.createdAt,
            expiresAt: oneTimeSecrets.expiresAt,
            consumedAt: oneTimeSecrets.consumedAt,
          })
          .from(oneTimeSecrets)
          .where(isOf)
          .orderBy(asc(oneTimeSecrets.id)),
        mails: await db
          .select({
            toAddress: mails.toAddress,
            template: mails.template,
            createdAt: mails.createdAt,
            sentAt: mails.sentAt,
            failedAt: mails.failedAt,
          })
          .from(mails)
          .where(isTo)
          .orderBy(asc(mails.id)),
      }
    },
  }
}
