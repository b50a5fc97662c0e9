import type { Identity } from '../identity.ts'
import type { TemplateName } from './templates/index.ts'
import type { MailData } from './templates/template.ts'

/**
 * Has a mail sent, soon and whatever becomes of the request. Call it in the transaction of what it is about: it goes
 * out only if that stands. What it says is kept encrypted until it is sent. It does not limit how many there are, and
 * whom it greets may be a stranger's wording.
 *
 * @param mail.userId - whose account it is about: it is deleted with that; null where there is none yet
 */
export async function enqueueMail(
  { mails, sealing, clock, createId }: Pick<Identity, 'mails' | 'sealing' | 'clock' | 'createId'>,
  { userId, to, template, data }: { userId: string | null; to: string; template: TemplateName; data: MailData },
): Promise<void> {
  const id = createId()
  const sealedData = sealing.seal(JSON.stringify({ ...data, name: withoutLinks(data.name) }), 'mail', id)
  await mails.enqueue({ id, userId, toAddress: to, template, sealedData, createdAt: clock.now() })
}

/**
 * Mail programs make links of what looks like one, in plain text too: whoever makes an account with somebody else's
 * address could have this server send them to a page.
 */
function withoutLinks(name: string): string {
  return name.replaceAll(/[.:/@\u3002\uff0e\uff61](?=\S)/g, '$& ')
}
