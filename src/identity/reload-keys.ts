import { ConfigError } from '../errors.ts'
import type { Identity } from './identity.ts'
import { readKeyEntry, type SigningKey } from './key-entry.ts'
import { findSigning } from './list-keys.ts'
import type { SigningKeyRecord } from './signing-key-store.ts'

/**
 * Puts on the ring what is good at this moment: the keys that were made by command, newest first, then those of the
 * configuration; none that was retired. A new one signs half a minute after it was made. What can be read counts even
 * when it throws.
 *
 * @throws ConfigError when a key cannot be opened, or none is left
 */
export async function reloadKeys(
  identity: Pick<Identity, 'keys' | 'signingKeys' | 'sealing' | 'clock'>,
): Promise<void> {
  const records = await identity.signingKeys.list()
  const retired = new Set(records.filter(({ retiredAt }) => retiredAt).map(({ kid }) => kid))
  const readings = records
    .filter(({ retiredAt }) => !retiredAt)
    .map((record) => ({ ...record, key: openKey(identity, record) }))
  const made = readings.filter(({ key }) => key !== null)
  const configured = identity.keys.configured
    .filter(({ kid }) => !retired.has(kid))
    .map((key) => ({ key, createdAt: null, retiredAt: null }))
  const good = [...made, ...configured]
  const signing = findSigning(good, identity.clock.now())?.key
  identity.keys.replace(
    good.flatMap(({ key }) => key ?? []),
    signing ?? undefined,
  )

  const problems = readings
    .filter(({ key }) => key === null)
    .map(({ kid }) => ({
      variable: 'MASTER_KEY',
      problem: `should be the one under which signing key ${kid} was made`,
    }))
  if (identity.keys.list().length === 0)
    problems.push({ variable: 'JWT_KEYS', problem: 'should hold a key that is not retired, or one be made by command' })
  if (problems.length > 0) throw new ConfigError(problems)
}

function openKey({ sealing }: Pick<Identity, 'sealing'>, { kid, sealedKey }: SigningKeyRecord): SigningKey | null {
  const text = sealing.open(sealedKey, 'signing-key', kid)
  if (text === null) return null
  const key = readKeyEntry(JSON.parse(text))
  return 'kid' in key && key.kid === kid ? key : null
}
