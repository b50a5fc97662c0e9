import { readFile } from 'node:fs/promises'
import { ConfigError } from '../errors.ts'
import { makeKeyEntry, readKeyEntry, type SigningKey } from './key-entry.ts'
import { writeOnce } from './write-once.ts'

export type { SigningAlgorithm, SigningKey } from './key-entry.ts'

/**
 * Reads the keys from a JSON list, newest first: `[{ "kid": "2026-01", "alg": "HS256", "secret": "…" }]`, the secret
 * in base64url; for ES256 and RS256 a `"privateKey"` in PEM instead.
 *
 * @param source - the setting or file that the text comes from, which the faults name
 * @throws ConfigError with every fault at once, none of which quotes a secret
 */
export function parseSigningKeys(json: string, source = 'JWT_KEYS'): SigningKey[] {
  const entries = parseList(json)
  const problems: string[] = []
  if (!entries) problems.push('should be a JSON list of keys: [{ "kid", "alg", "secret" or "privateKey" }]')
  else if (entries.length === 0) problems.push('should hold at least one key')

  const keys = (entries ?? []).flatMap((entry, index) => {
    const reading = readKeyEntry(entry)
    if ('kid' in reading) return [reading]
    problems.push(...reading.map((fault) => `key ${index + 1} ${fault}`))
    return []
  })
  const kids = keys.map(({ kid }) => kid)
  for (const kid of new Set(kids.filter((kid, index) => kids.indexOf(kid) !== index)))
    problems.push(`should name each key differently, has "${kid}" twice`)

  if (problems.length > 0) throw new ConfigError(problems.map((problem) => ({ variable: source, problem })))
  return keys
}

/**
 * Gives the key that a development server signs with: made at the first start and kept at `path`, readable by its owner
 * alone. It is not for production, where keys come from the configuration.
 *
 * @throws ConfigError when the file holds no key
 */
export async function loadDevelopmentKey(path: string): Promise<SigningKey[]> {
  await writeOnce(path, JSON.stringify([makeKeyEntry('development', 'HS256')]))
  return parseSigningKeys(await readFile(path, 'utf8'), path)
}

function parseList(json: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(json)
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
