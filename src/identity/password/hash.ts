import { randomBytes } from 'node:crypto'
import { hash, hashSync, verify } from '@node-rs/argon2'
import { ConfigError, type ConfigProblem } from '../../errors.ts'
import { createBoundedQueue } from './bounded-queue.ts'

/** Makes and checks password hashes: PHC strings of Argon2id. */
export interface PasswordHasher {
  /** @throws RATE_LIMITED when too many wait already */
  hash(password: string): Promise<string>
  /**
   * Tells whether `hash` was made of `password`. A hash that cannot be read is a fault, not a wrong password.
   * @throws RATE_LIMITED when too many wait already
   */
  verify(hash: string, password: string): Promise<boolean>
  /** Tells whether the hash was made with other parameters than new ones are. */
  needsRehash(hash: string): boolean
  /** The hash of a password that nobody knows: what to verify against where there is none, for the same work. */
  readonly dummyHash: string
}

export interface PasswordHashSettings {
  /** Kibibytes. */
  memory: number
  /** Passes over the memory. */
  iterations: number
  /** Lanes. */
  parallelism: number
  /** How many hashes are computed at a time: one a core, since each keeps a core busy. */
  concurrency: number
  /** How many may wait for their turn. */
  queue: number
}

/** The least that stands against guessing with today's hardware, by the OWASP Password Storage Cheat Sheet. */
const floor = { memory: 19_456, iterations: 2, parallelism: 1, concurrency: 1, queue: 0 } as const

/**
 * Makes the hasher: Argon2id with a salt of 16 bytes of its own for each hash. It judges no password: see
 * {@link checkNewPassword}.
 *
 * @throws ConfigError when a setting is under the floor
 * @see RFC 9106
 */
export function createPasswordHasher(settings: PasswordHashSettings): PasswordHasher {
  const problems = faults(settings)
  if (problems.length > 0) throw new ConfigError(problems)

  const { memory, iterations, parallelism, concurrency, queue } = settings
  const options = { memoryCost: memory, timeCost: iterations, parallelism }
  const prefix = `$argon2id$v=19$m=${memory},t=${iterations},p=${parallelism}$`
  const inTurn = createBoundedQueue({ concurrency, waiting: queue })

  return {
    hash: (password) => inTurn(() => hash(normalize(password), options)),
    verify: (known, password) => inTurn(() => verify(known, normalize(password))),
    needsRehash: (known) => !known.startsWith(prefix),
    dummyHash: hashSync(randomBytes(32), options),
  }
}

/** One password, one text: keyboards differ in how they compose "é" (RFC 8265, section 4.2.2). */
function normalize(password: string): string {
  return password.normalize('NFC')
}

function faults(settings: PasswordHashSettings): ConfigProblem[] {
  return Object.entries(floor).flatMap(([name, least]) => {
    const value = settings[name as keyof typeof floor]
    if (Number.isInteger(value) && value >= least) return []
    return [{ variable: `password ${name}`, problem: `should be a whole number of at least ${least}, is ${value}` }]
  })
}
