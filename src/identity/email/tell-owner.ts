import type { Identity } from '../identity.ts'
import { enqueueMail } from './enqueue-mail.ts'
import type { TemplateName } from './templates/index.ts'
import type { MailData } from './templates/template.ts'

/**
 * Tells a user by mail what was done to the ways into their account, as a thief would not. Call it in the transaction
 * of the change: either both stand or neither. It tells nobody at an address that was never proved, which may be a
 * stranger's; and nothing that somebody who got in could have written, such as the name of a passkey.
 */
export async function tellOwner(
  identity: Identity,
  userId: string,
  template: TemplateName,
  about: Pick<MailData, 'provider' | 'codesLeft'> = {},
): Promise<void> {
  const owner = await identity.users.find(userId)
  if (owner?.emailVerified)
    await enqueueMail(identity, { userId, to: owner.email, template, data: { name: owner.name, ...about } })
}
