import type { Client, Identity } from '../identity.ts'
import { readName } from '../name.ts'
import { checkNewPassword } from '../password/rules.ts'
import type { RegisterInput } from '../register.ts'
import { mailRegistration } from './pending-registration.ts'

/**
 * Asks for an account that is made once its address is proved. It does the same work and answers the same for an
 * address that has an account already: its owner gets a mail that says so. It signs nobody in.
 *
 * @param bindBrowser - has the browser keep a key, and gives it: in that browser alone the password will count
 * @throws BAD_USER_INPUT for a name or a password that will not do
 * @throws RATE_LIMITED when too many accounts or mails were asked for
 */
export async function registerByMail(
  identity: Identity,
  { email, password, ...input }: Pick<RegisterInput, 'email' | 'password' | 'name'>,
  bindBrowser: () => string,
  client: Client,
): Promise<void> {
  const { hasher, throttle, transaction, passwordRules } = identity
  const name = readName('name', input.name)
  checkNewPassword('password', password, { email, name }, passwordRules)
  using place = hasher.reserve()
  await throttle.admitRegistration(client.ipAddress)
  await throttle.admitMail({ email, ipAddress: client.ipAddress })
  const passwordHash = await hasher.hash(password, place)
  const browserKey = bindBrowser()
  await transaction(() => mailRegistration(identity, { email, name, passwordHash, browserKey }))
}
