import { randomBytes, randomInt } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { CreateId } from '../id.ts'
import type { OneTimeSecret, OneTimeSecretRequest, OneTimeSecrets, ShownToken } from './one-time-secret.ts'
import type { OneTimeSecretOwner, OneTimeSecretRecord, OneTimeSecretStore } from './one-time-secret-store.ts'
import type { Sealing } from './sealing.ts'
import { canonicalEmail } from './user.ts'

/** How many secrets that have expired one new secret clears away. */
const purgeLimit = 20

/** Makes the one-time secrets. They do not limit how many are asked for: that is the throttle's. */
export function createOneTimeSecrets({
  store,
  sealing,
  clock,
  createId,
}: {
  store: OneTimeSecretStore
  sealing: Sealing
  clock: Clock
  createId: CreateId
}): OneTimeSecrets {
  // The shape is part of what is hashed, so that a code is never found by itself, as a token is.
  const hash = (shape: 'token' | 'code', secret: string) => sealing.digest(`${shape}:${secret}`, 'one-time-secret')
  const hashBinding = (binding: string | null) => (binding === null ? null : sealing.digest(binding, 'browser-binding'))

  async function create(shape: 'token' | 'code', secret: string, request: OneTimeSecretRequest) {
    const { purpose, userId = null, address = null, binding, lifetime, attempts = 1, data = null } = request
    const now = clock.now()
    const id = createId()
    const expiresAt = new Date(now.getTime() + lifetime * 1000)
    await store.create({
      id,
      purpose,
      userId,
      address: address === null ? null : canonicalEmail(address),
      secretHash: hash(shape, secret),
      bindingHash: hashBinding(binding),
      sealedData: data === null ? null : sealing.seal(JSON.stringify(data), 'one-time-secret-data', id),
      attemptsLeft: attempts,
      createdAt: now,
      expiresAt,
      consumedAt: null,
    })
    await store.purge(now, purgeLimit)
    return { id, secret, expiresAt }
  }

  function open(record: OneTimeSecretRecord | null): OneTimeSecret | null {
    if (record === null) return null
    const { id, userId, address, attemptsLeft, createdAt, expiresAt, sealedData } = record
    const text = sealedData === null ? 'null' : sealing.open(sealedData, 'one-time-secret-data', id)
    // Sealed by another master key, or tampered with: good for nothing.
    if (text === null) return null
    return { id, userId, address, attemptsLeft, createdAt, expiresAt, data: JSON.parse(text) }
  }

  const toShown = ({ purpose, token, binding }: ShownToken) => ({
    purpose,
    secretHash: hash('token', token),
    bindingHash: hashBinding(binding),
  })
  const canonical = (owner: OneTimeSecretOwner): OneTimeSecretOwner =>
    'address' in owner ? { address: canonicalEmail(owner.address) } : owner

  return {
    createToken: (request) => create('token', randomBytes(32).toString('base64url'), request),
    createCode: (request) => create('code', String(randomInt(100_000_000)).padStart(8, '0'), request),
    find: async (shown) => open(await store.find(toShown(shown), clock.now())),
    consume: async (shown) => open(await store.consume(toShown(shown), clock.now())),
    takeAttempt: async (shown) => open(await store.takeAttempt(toShown(shown), clock.now())),
    async guess({ purpose, code, binding }, owner) {
      const shown = { purpose, secretHash: hash('code', code), bindingHash: hashBinding(binding) }
      return open(await store.guess(shown, canonical(owner), clock.now()))
    },
    invalidate: (purpose, owner) => store.deleteAll(purpose, canonical(owner)),
  }
}
