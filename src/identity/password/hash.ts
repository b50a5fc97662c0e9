import { randomBytes } from 'node:crypto'
import { hashSync } from '@node-rs/argon2'
import { ConfigError, type ConfigProblem } from '../../errors.ts'
import { createThreads } from '../../threads.ts'
import { createBoundedQueue, type Place } from './bounded-queue.ts'

/** Makes and checks password hashes: PHC strings of Argon2id. */
export interface PasswordHasher {
  /**
   * Takes a place among those who wait, before anything else is done for an attempt: whoever is refused here leaves
   * nothing behind that counts against them. To be given back once the attempt is over.
   *
   * @throws RATE_LIMITED when too many wait already
   */
  reserve(): Place
  /** @throws RATE_LIMITED without a place, when too many wait already */
  hash(password: string, place?: Place): Promise<string>
  /**
   * Tells whether `hash` was made of `password`. A hash that cannot be read is a fault, not a wrong password.
   * @throws RATE_LIMITED without a place, when too many wait already
   */
  verify(hash: string, password: string, place?: Place): Promise<boolean>
  /** Tells whether the hash was made with other parameters, or another pepper, than new ones are. */
  needsRehash(hash: string): boolean
  /** The hash of a password that nobody knows: what to verify against where there is none, for the same work. */
  readonly dummyHash: string
}

/** A secret that every hash needs besides its password, kept apart from the database. */
export interface Pepper {
  /** How hashes name it. */
  id: string
  secret: Uint8Array
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
  /** Newest first: new hashes take the first, and each that was made with another is made anew at its next sign-in. */
  peppers?: readonly Pepper[]
}

/** The least that stands against guessing with today's hardware, by the OWASP Password Storage Cheat Sheet. */
const floor = { memory: 19_456, iterations: 2, parallelism: 1, concurrency: 1, queue: 0 } as const

/**
 * Makes the hasher: Argon2id with a salt of 16 bytes of its own for each hash, and the newest pepper, if there is any, as
 * its secret value; the hash names it as `keyid`. It judges no password: see {@link checkNewPassword}. A hash whose pepper
 * is gone cannot be verified any more, which is a fault.
 *
 * @throws ConfigError when a setting is under the floor
 * @see RFC 9106, section 3.1, for the secret value K
 */
export function createPasswordHasher(settings: PasswordHashSettings): PasswordHasher {
  const problems = faults(settings)
  if (problems.length > 0) throw new ConfigError(problems)

  const { memory, iterations, parallelism, concurrency, queue, peppers = [] } = settings
  const newest = peppers[0]
  const options = { memoryCost: memory, timeCost: iterations, parallelism, ...(newest && { secret: alone(newest) }) }
  const plain = `$argon2id$v=19$m=${memory},t=${iterations},p=${parallelism}`
  const prefix = newest ? `${plain},keyid=${encodeKeyId(newest)}$` : `${plain}$`
  const name = (made: string) => made.replace(`${plain}$`, prefix)
  const byKeyId = new Map(peppers.map((pepper) => [encodeKeyId(pepper), pepper]))
  // Whoever is signed in already goes first, where cores are few.
  const threads = createThreads(new URL('./hash-worker.ts', import.meta.url), { most: concurrency, niceness: 10 })
  const inTurn = createBoundedQueue({ concurrency, waiting: queue })

  /** The options to verify a hash with: the secret value of the pepper that it names. */
  function secretOf(known: string): { secret?: Uint8Array } {
    const keyId = /^\$argon2id\$v=19\$[^$]*,keyid=([^,$]*)\$/.exec(known)?.[1]
    if (keyId === undefined) return {}
    const pepper = byKeyId.get(keyId)
    if (!pepper) throw new TypeError('A password was hashed with a pepper that PASSWORD_PEPPERS no longer has')
    return { secret: alone(pepper) }
  }

  return {
    reserve: inTurn.reserve,
    hash: (password, place) =>
      inTurn(async () => name(await threads.run({ password: normalize(password), options }, 'hash')), place),
    verify: (known, password, place) =>
      inTurn(
        async () => threads.run({ known, password: normalize(password), options: secretOf(known) }, 'verify'),
        place,
      ),
    needsRehash: (known) => !known.startsWith(prefix),
    dummyHash: name(hashSync(randomBytes(32), options)),
  }
}

/** A copy with no memory around it: what goes to a thread takes along all that it shares its buffer with. */
function alone({ secret }: Pepper): Uint8Array {
  return Uint8Array.from(secret)
}

/** Base64 without padding, as the PHC string format has it. */
function encodeKeyId({ id }: Pepper): string {
  return Buffer.from(id).toString('base64').replaceAll('=', '')
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
