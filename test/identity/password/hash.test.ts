import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { parseOptions } from '@node-rs/argon2'
import { Piscina } from 'piscina'
import { describe, expect, it, vi } from 'vitest'
import { ConfigError, RateLimitError } from '../../../src/errors.ts'
import { createPasswordHasher, type PasswordHashSettings } from '../../../src/identity/password/hash.ts'

const settings: PasswordHashSettings = { memory: 19_456, iterations: 2, parallelism: 1, concurrency: 2, queue: 64 }
const hasher = createPasswordHasher(settings)

describe('createPasswordHasher()', () => {
  it('accepts the password that a hash was made of, and no other', async () => {
    const hash = await hasher.hash('correct horse battery staple')
    expect(await hasher.verify(hash, 'correct horse battery staple')).toBe(true)
    expect(await hasher.verify(hash, 'correct horse battery stapler')).toBe(false)
    expect(await hasher.verify(hash, '')).toBe(false)
  })

  it('makes a PHC string of Argon2id with a salt of 16 bytes of its own', async () => {
    const [one, other] = await Promise.all([hasher.hash('the same password'), hasher.hash('the same password')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(parseOptions(one)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1, saltLen: 16 })
    expect(one).not.toBe(other)
  })

  it('takes differently composed characters for the same, and spaces for what they are', async () => {
    const hash = await hasher.hash('caf\u00e9 at the corner')
    expect(await hasher.verify(hash, 'cafe\u0301 at the corner')).toBe(true)
    expect(await hasher.verify(hash, 'caf\u00e9 at the corner ')).toBe(false)
  })

  it('verifies a hash with other parameters and wants it made anew', async () => {
    const stronger = createPasswordHasher({ ...settings, iterations: 3 })
    const hash = await hasher.hash('correct horse battery staple')
    expect(await stronger.verify(hash, 'correct horse battery staple')).toBe(true)
    expect(stronger.needsRehash(hash)).toBe(true)
    expect(hasher.needsRehash(hash)).toBe(false)
  })

  it('has a dummy hash with the parameters of the others, which nothing matches', async () => {
    expect(hasher.needsRehash(hasher.dummyHash)).toBe(false)
    expect(await hasher.verify(hasher.dummyHash, '')).toBe(false)
    expect(createPasswordHasher(settings).dummyHash).not.toBe(hasher.dummyHash)
  })

  it('throws for a hash that it cannot read instead of calling the password wrong', async () => {
    await expect(hasher.verify('not a hash', 'correct horse battery staple')).rejects.toThrow()
  })

  it('refuses within 50 ms what comes when the queue is full, and finishes the rest', async () => {
    const narrow = createPasswordHasher({ ...settings, concurrency: 1, queue: 2 })
    const started = performance.now()
    const admitted = ['one', 'two', 'three'].map((word) => narrow.hash(word))
    await expect(narrow.hash('four')).rejects.toThrow(RateLimitError)
    expect(performance.now() - started).toBeLessThan(50)
    expect(await Promise.all(admitted)).toHaveLength(3)
  })

  it('computes beside the thread that answers, and after it where cores are few', async () => {
    const own = getPriority()
    const behind = () => {
      const tasks = readdirSync('/proc/self/task').map((id) => readFileSync(`/proc/self/task/${id}/stat`, 'utf8'))
      // Its 19th field; the second, a name in parentheses, may hold anything.
      const nices = tasks.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]))
      return nices.filter((nice) => nice === own + 10).length
    }
    const before = process.platform === 'linux' ? behind() : 0
    const another = createPasswordHasher({ ...settings, concurrency: 3 })
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await Promise.all(Array.from({ length: 9 }, () => another.hash('correct horse battery staple')))
    clearInterval(timer)
    expect(turns).toBeGreaterThan(9)
    if (process.platform === 'linux') expect(behind() - before).toBe(3)
    expect(getPriority()).toBe(own)
  })

  it('refuses parameters under the floor, all of them at once', () => {
    const weak = { memory: 19_455, iterations: 1, parallelism: 0, concurrency: 0, queue: -1 }
    expect(() => createPasswordHasher(weak)).toThrow(ConfigError)
    const faults = [weak].flatMap((each) => {
      try {
        createPasswordHasher(each)
        return []
      } catch (error) {
        return error instanceof ConfigError ? error.problems.map(({ variable }) => variable) : []
      }
    })
    expect(faults).toEqual([
      'password memory',
      'password iterations',
      'password parallelism',
      'password concurrency',
      'password queue',
    ])
    expect(() => createPasswordHasher({ ...settings, iterations: 2.5 })).toThrow(ConfigError)
    expect(() => createPasswordHasher({ ...settings, memory: Number.NaN })).toThrow(ConfigError)
  })
})

describe('createPasswordHasher() with peppers', () => {
  const pepper = (id: string, byte: number) => ({ id, secret: Buffer.alloc(32, byte) })
  const password = 'correct horse battery staple'
  const first = createPasswordHasher({ ...settings, peppers: [pepper('one', 1)] })
  const second = createPasswordHasher({ ...settings, peppers: [pepper('two', 2), pepper('one', 1)] })

  it('hands its threads the pepper alone, and nothing of the memory around it', async () => {
    const run = vi.spyOn(Piscina.prototype, 'run')
    const secret = Buffer.from(Buffer.alloc(32, 7).toString('base64url'), 'base64url')
    expect(secret.buffer.byteLength).toBeGreaterThan(32)
    const peppered = createPasswordHasher({ ...settings, peppers: [{ id: 'one', secret }] })
    expect(await peppered.verify(await peppered.hash('a password'), 'a password')).toBe(true)
    const sent = run.mock.calls.map(([task]) => (task as { options: { secret: Uint8Array } }).options.secret)
    run.mockRestore()
    expect(sent.map(({ buffer }) => buffer.byteLength)).toEqual([32, 32])
  })

  it('makes hashes that name theirs, hold nothing of it, and are good for nothing without it', async () => {
    const hash = await first.hash(password)
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=b25l\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(await first.verify(hash, password)).toBe(true)
    expect(await first.verify(hash, 'another horse battery staple')).toBe(false)
    expect(await hasher.verify(hash.replace(',keyid=b25l', ''), password)).toBe(false)
    await expect(hasher.verify(hash, password)).rejects.toThrow('PASSWORD_PEPPERS')
    const other = createPasswordHasher({ ...settings, peppers: [pepper('one', 3)] })
    expect(await other.verify(hash, password)).toBe(false)
  })

  it('verifies what was hashed with an older one, or none, and wants it made anew', async () => {
    for (const hash of [await hasher.hash(password), await first.hash(password)]) {
      expect(await second.verify(hash, password)).toBe(true)
      expect(second.needsRehash(hash)).toBe(true)
    }
    expect(second.needsRehash(await second.hash(password))).toBe(false)
    expect(hasher.needsRehash(await first.hash(password))).toBe(true)
  })

  it('has a dummy hash with the newest, for the same work', async () => {
    expect(second.needsRehash(second.dummyHash)).toBe(false)
    expect(await second.verify(second.dummyHash, password)).toBe(false)
  })
})
