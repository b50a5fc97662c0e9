import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { deriveKey, loadDevelopmentMasterKey, parseMasterKey } from '../../src/identity/master-key.ts'

const bytes = Buffer.alloc(32, 0xfb)

describe('parseMasterKey()', () => {
  it.each([
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
  ])('reads 32 bytes in %s', (_, text) => {
    expect(parseMasterKey(text).export()).toEqual(bytes)
  })

  it.each([
    ['31 bytes', Buffer.alloc(31, 7).toString('base64')],
    ['33 bytes', Buffer.alloc(33, 7).toString('base64')],
    ['hexadecimal', bytes.toString('hex')],
    ['what is no base64', `${'!'.repeat(43)}=`],
    ['what has more after it', `${bytes.toString('base64')}\nhunter2`],
  ])('refuses %s, and quotes nothing of it', (_, text) => {
    const parse = () => parseMasterKey(text)
    expect(parse).toThrow(ConfigError)
    expect(parse).toThrow(/MASTER_KEY: should be 32 random bytes in base64$/)
  })
})

describe('loadDevelopmentMasterKey()', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('makes one key for twenty who start at once, readable by its owner alone', async () => {
    const path = join(folder, 'data', 'master.key')
    const keys = await Promise.all(Array.from({ length: 20 }, () => loadDevelopmentMasterKey(path)))
    expect(new Set(keys.map((key) => key.export().toString('hex'))).size).toBe(1)
    expect(keys[0]?.symmetricKeySize).toBe(32)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder, 'data'))).toEqual(['master.key'])
  })

  it('makes different keys in different places', async () => {
    const one = await loadDevelopmentMasterKey(join(folder, 'one.key'))
    const other = await loadDevelopmentMasterKey(join(folder, 'other.key'))
    expect(one.equals(other)).toBe(false)
  })

  it('refuses a file without a key, by its name', async () => {
    const path = join(folder, 'master.key')
    await writeFile(path, 'something else')
    await expect(loadDevelopmentMasterKey(path)).rejects.toThrow(`${path}: should be 32 random bytes`)
  })
})

describe('deriveKey()', () => {
  it('gives 32 bytes, the same for the same purpose alone', () => {
    const masterKey = parseMasterKey(bytes.toString('base64'))
    const key = deriveKey(masterKey, 'one')
    expect(key.symmetricKeySize).toBe(32)
    expect(deriveKey(masterKey, 'one').equals(key)).toBe(true)
    expect(deriveKey(masterKey, 'two').equals(key)).toBe(false)
    expect(key.equals(masterKey)).toBe(false)
  })
})
