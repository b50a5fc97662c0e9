import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigError } from '../errors.ts'
import { writeOnce } from './write-once.ts'

export type SigningAlgorithm = 'HS256'

/** A key that signs tokens, or verifies those that it signed when it was the newest. One algorithm a key. */
export interface SigningKey {
  /** How tokens name it. */
  kid: string
  algorithm: SigningAlgorithm
  /** Made once: a KeyObject saves the import on every use, and never prints its bytes. */
  signingKey: KeyObject
  verificationKey: KeyObject
}

/** Bytes: as many as the hash function gives (RFC 7518, section 3.2). */
const minimumSecretLength = 32

/**
 * Reads the keys from a JSON list, newest first: `[{ "kid": "2026-01", "alg": "HS256", "secret": "…" }]`, the secret
 * in base64url. It cannot tell a random secret from one that somebody thought up.
 *
 * @param source - the setting or file that the text comes from, which the faults name
 * @throws ConfigError with every fault at once, none of which quotes a secret
 */
export function parseSigningKeys(json: string, source = 'JWT_KEYS'): SigningKey[] {
  const entries = parseList(json)
  const problems: string[] = []
  if (!entries) problems.push('should be a JSON list of keys: [{ "kid", "alg", "secret" }]')
  else if (entries.length === 0) problems.push('should hold at least one key')

  const keys = (entries ?? []).flatMap((entry, index) => {
    const faults = findFaults(entry)
    problems.push(...faults.map((fault) => `key ${index + 1} ${fault}`))
    return faults.length === 0 ? [createSigningKey(entry as KeyEntry)] : []
  })
  const kids = keys.map(({ kid }) => kid)
  for (const kid of new Set(kids.filter((kid, index) => kids.indexOf(kid) !== index)))
    problems.push(`should name each key differently, has "${kid}" twice`)

  if (problems.length > 0) throw new ConfigError(problems.map((problem) => ({ variable: source, problem })))
  return keys
}

/**
 * Gives the key that a development server signs with: made at the first start and kept at `path`, readable by its owner
 * alone. It is not for production, where keys come from the configuration and can be rotated.
 *
 * @throws ConfigError when the file holds no key
 */
export async function loadDevelopmentKey(path: string): Promise<SigningKey[]> {
  const secret = randomBytes(minimumSecretLength).toString('base64url')
  await writeOnce(path, JSON.stringify([{ kid: 'development', alg: 'HS256', secret }]))
  return parseSigningKeys(await readFile(path, 'utf8'), path)
}

interface KeyEntry {
  kid: string
  alg: SigningAlgorithm
  secret: string
}

function createSigningKey({ kid, alg, secret }: KeyEntry): SigningKey {
  const key = createSecretKey(secret, 'base64url')
  return { kid, algorithm: alg, signingKey: key, verificationKey: key }
}

function parseList(json: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(json)
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function findFaults(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return ['should be an object']
  const { kid, alg, secret, ...others } = entry as Record<string, unknown>
  const faults: string[] = []
  if (typeof kid !== 'string' || !/^[\w.-]{1,64}$/.test(kid))
    faults.push('needs a "kid" of 1 to 64 letters, digits, dots, hyphens and underscores')
  if (alg !== 'HS256') faults.push('needs the "alg" HS256')
  if (typeof secret !== 'string' || !/^[\w-]+$/.test(secret)) faults.push('needs a "secret" in base64url')
  else if (Buffer.from(secret, 'base64url').length < minimumSecretLength)
    faults.push(`needs a "secret" of at least ${minimumSecretLength} bytes`)
  for (const name of Object.keys(others)) faults.push(`has "${name}", which is not a property of a key`)
  return faults
}
