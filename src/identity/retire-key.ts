import type { Origin } from '../audit/audit-event.ts'
import { record } from '../audit/record.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import type { Identity } from './identity.ts'
import { listKeys } from './list-keys.ts'

/**
 * Retires a key, made by command or of the configuration: what it signed is good for nothing any more, and nothing
 * brings it back. Servers notice within the time in which they reload their keys.
 *
 * @throws NOT_FOUND when there is no such key
 * @throws CONFLICT when it was retired before, or no other would be left
 */
export async function retireKey(identity: Identity, kid: string, origin: Origin): Promise<void> {
  const { signingKeys, transaction, clock } = identity
  await transaction(async () => {
    const keys = await listKeys(identity)
    const key = keys.find((candidate) => candidate.kid === kid)
    if (!key) throw new NotFoundError(`There is no key ${kid}`)
    if (key.retiredAt) throw new ConflictError(`The key ${kid} was retired before`)
    if (!keys.some((other) => other !== key && !other.retiredAt))
      throw new ConflictError(`The key ${kid} is the last one: rotate first`)
    await signingKeys.retire(key, clock.now())
    await record(identity, origin, { action: 'SIGNING_KEY_RETIRED', detail: kid })
  })
}
