import { randomUUID } from 'node:crypto'
import type { Stores } from '../../src/database/stores/index.ts'
import { createId } from '../../src/id.ts'
import { canonicalEmail, type User } from '../../src/identity/user.ts'
import { documentOf, sessionOf } from '../contract/fixtures.ts'

/** What identifies a person besides their name and address, and stands nowhere else. */
export const traces = {
  userAgent: 'Telltale/1.0',
  ipAddress: '198.51.100.99',
  newAddress: 'telltale-new@example.com',
  earlierAddress: 'telltale-earlier@example.com',
  passkeyName: 'Telltale key',
  tokenName: 'Telltale token',
  subject: 'telltale-subject',
  title: 'Telltale title',
} as const

/** What must never be written out, in any form. */
export const secretTraces = {
  passwordHash: 'secret-password-hash',
  totpSecret: 'secret-totp-sealed',
  recoveryCodeHash: 'secret-recovery-hash',
  oneTimeSecretHash: 'secret-one-time-hash',
  bindingHash: 'secret-binding-hash',
  oneTimeData: 'secret-one-time-data',
  mailData: 'secret-mail-data',
} as const

/**
 * Keeps a row of a person in every table that can hold one: their own, those that others made about them, and those
 * that they made about others.
 *
 * @param friend - whose document is shared with them and by them
 */
export async function keepEverythingOf(stores: Stores, user: User, friend: User, at: Date): Promise<void> {
  const later = new Date(at.getTime() + 3_600_000)
  const own = { userId: user.id, createdAt: at }
  const id = () => createId()
  await stores.passwords.put(user.id, secretTraces.passwordHash, at)
  await stores.roles.assign(friend.id, 'EDITOR', user.id, at)
  const { ipAddress, userAgent, tokenName: name } = traces
  const times = { createdAt: at, authenticatedAt: at, lastUsedAt: at, expiresAt: later, endsAt: later }
  const session = { ...times, ipAddress, userAgent }
  await stores.sessions.create(sessionOf(id(), user.id, session))
  await stores.sessions.create(
    sessionOf(id(), user.id, { ...session, kind: 'API_TOKEN', name, permissions: ['DOCUMENT_READ'] }),
  )
  const secret = {
    purpose: 'EMAIL_CHANGE',
    secretHash: secretTraces.oneTimeSecretHash,
    bindingHash: secretTraces.bindingHash,
    sealedData: secretTraces.oneTimeData,
    attemptsLeft: 1,
    createdAt: at,
    expiresAt: later,
    consumedAt: null,
  } as const
  await stores.oneTimeSecrets.create({ ...secret, id: id(), userId: user.id, address: traces.newAddress })
  await stores.oneTimeSecrets.create({ ...secret, id: id(), userId: null, address: canonicalEmail(user.email) })
  await stores.totpAuthenticators.create({ ...own, id: id(), sealedSecret: secretTraces.totpSecret })
  await stores.recoveryCodes.replaceAll(user.id, [secretTraces.recoveryCodeHash])
  await stores.passkeys.create({
    ...own,
    id: id(),
    credentialId: randomUUID(),
    publicKey: 'cG9zZQ',
    algorithm: -7,
    counter: 0,
    transports: ['internal'],
    backedUp: false,
    name: traces.passkeyName,
    lastUsedAt: null,
  })
  const provider = { provider: 'example', issuer: 'https://id.example.com', subject: traces.subject }
  await stores.providerLinks.create({ ...own, ...provider, id: id() })
  const mail = { template: 'x', sealedData: secretTraces.mailData, createdAt: at }
  for (const [toAddress, userId] of [
    [user.email, null],
    [traces.newAddress, user.id],
    [traces.earlierAddress, user.id],
  ] as const)
    await stores.mails.enqueue({ ...mail, id: id(), userId, toAddress })

  const [mine, theirs] = [documentOf(id(), user.id, { title: traces.title }), documentOf(id(), friend.id)]
  const grant = { level: 'READ', grantedAt: at } as const
  const toUser = { kind: 'USER', userId: user.id } as const
  const toAddress = { kind: 'INVITEE', email: canonicalEmail(user.email) } as const
  const toFriend = { kind: 'USER', userId: friend.id } as const
  for (const document of [mine, theirs]) await stores.documents.create(document)
  const on = (document: { id: string }) => ({
    ...grant,
    id: id(),
    resource: { type: 'Document', id: document.id } as const,
  })
  await stores.accessGrants.put({ ...on(mine), grantee: toFriend, grantedBy: user.id })
  await stores.accessGrants.put({ ...on(theirs), grantee: toUser, grantedBy: friend.id })
  await stores.accessGrants.put({ ...on(theirs), grantee: toAddress, grantedBy: friend.id })
  await stores.accessGrants.put({ ...on(theirs), grantee: { kind: 'EVERYONE' }, grantedBy: user.id })

  const subject = { type: 'User', id: user.id } as const
  const event = { subject, detail: null, occurredAt: at }
  await stores.audit.append({ ...event, id: id(), action: 'PROFILE_UPDATED', actorId: user.id, ipAddress, userAgent })
  await stores.audit.append({ ...event, id: id(), action: 'LOGIN_FAILED', actorId: null, ipAddress, userAgent })
  await stores.audit.append({
    ...event,
    id: id(),
    action: 'ROLE_ASSIGNED',
    actorId: friend.id,
    ipAddress: '203.0.113.50',
    userAgent: 'Friend/1.0',
  })
}
