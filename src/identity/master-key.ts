import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigError } from '../errors.ts'
import { writeOnce } from './write-once.ts'

/** Bytes. */
const keyLength = 32

/**
 * Reads the master key: 32 bytes in base64, of either alphabet. It cannot tell random bytes from chosen ones.
 *
 * @param source - the setting or file that the text comes from, which the fault names
 * @throws ConfigError, which does not quote the text
 */
export function parseMasterKey(text: string, source = 'MASTER_KEY'): KeyObject {
  const bytes = Buffer.from(text, 'base64')
  if (!/^[\w+/-]{43}=?$/.test(text) || bytes.length !== keyLength)
    throw new ConfigError([{ variable: source, problem: `should be ${keyLength} random bytes in base64` }])
  return createSecretKey(bytes)
}

/**
 * Gives the master key of a development server: made at the first start and kept at `path`, readable by its owner
 * alone. Not for production: there the key and what it seals should not lie side by side.
 *
 * @throws ConfigError when the file holds no key
 */
export async function loadDevelopmentMasterKey(path: string): Promise<KeyObject> {
  await writeOnce(path, randomBytes(keyLength).toString('base64'))
  return parseMasterKey((await readFile(path, 'utf8')).trim(), path)
}

/**
 * Derives a key of 32 bytes that serves one purpose, so that no two uses share one.
 *
 * @see RFC 5869
 */
export function deriveKey(masterKey: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', masterKey, '', `gatehouse ${purpose}`, keyLength)))
}
