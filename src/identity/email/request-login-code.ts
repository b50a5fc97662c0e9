import type { Client, Identity } from '../identity.ts'
import { enqueueMail } from './enqueue-mail.ts'

/** Seconds for which a code is good, and how many guesses there are. */
const lifetime = 600
const attempts = 5

/**
 * Mails a user a code to sign in with, in the browser that asked alone. For an unknown address and a suspended account
 * it does the same, but for the mail: the answer tells nobody who has an account.
 *
 * @throws RATE_LIMITED when too many mails were asked for
 */
export async function requestLoginCode(
  identity: Identity,
  { email, bindBrowser }: { email: string; bindBrowser: () => string },
  client: Client,
): Promise<void> {
  const { users, throttle, oneTimeSecrets, transaction } = identity
  await throttle.admitMail({ email, ipAddress: client.ipAddress })
  const binding = loginCodeBinding(bindBrowser())
  await transaction(async () => {
    const found = await users.findByEmail(email)
    const user = found && !found.suspended ? found : null
    const { secret } = await oneTimeSecrets.createCode({
      purpose: 'LOGIN_CODE',
      userId: user?.id ?? null,
      address: email,
      binding,
      lifetime,
      attempts,
    })
    if (!user) return
    await enqueueMail(identity, {
      userId: user.id,
      to: user.email,
      template: 'login-code',
      data: { name: user.name, secret },
    })
  })
}

/** What the browser keeps is good for several things. */
export function loginCodeBinding(browserKey: string): string {
  return `login code ${browserKey}`
}
