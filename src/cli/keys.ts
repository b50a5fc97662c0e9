import { parseArgs } from 'node:util'
import { type SigningAlgorithm, signingAlgorithms } from '../identity/key-entry.ts'
import { findSigning, type KeyDescription, listKeys } from '../identity/list-keys.ts'
import { retireKey } from '../identity/retire-key.ts'
import { rotateKeys } from '../identity/rotate-keys.ts'
import type { AdminCommand, AdminSurroundings } from './admin-command.ts'
import { commandLine } from './command-line.ts'
import { UsageError } from './usage-error.ts'

type Work = (surroundings: AdminSurroundings) => Promise<void>

const actions = new Map<string, (args: string[]) => Work>([
  ['list', readList],
  ['rotate', readRotate],
  ['retire', readRetire],
])

/** `keys list`, `keys rotate` and `keys retire <kid>`. */
export const keysCommand = {
  synopsis: [
    'keys list',
    `keys rotate [--algorithm <${signingAlgorithms.join('|')}>] [--emergency]`,
    'keys retire <kid>',
  ],
  description: `The keys that sign cookies and API tokens: those made here, kept sealed under MASTER_KEY, and those of JWT_KEYS. The
newest that was made here signs, else the first of JWT_KEYS; all verify that are not retired. A running server notices
within half a minute, and then a new one signs.

list tells all of them. rotate makes a key, of the algorithm that signs now unless told otherwise, and signs nobody out;
with --emergency every other key is retired and every session of everybody ends, API tokens included. retire puts one key
out of use for good, of JWT_KEYS too: whoever holds only what it signed has to sign in again.

  npm run admin -- keys rotate --algorithm ES256`,

  read([action = '', ...rest]) {
    const readAction = actions.get(action)
    if (!readAction) throw new UsageError(`keys does one of these: ${[...actions.keys()].join(', ')}`)
    return readAction(rest)
  },
} satisfies AdminCommand

function readList(args: string[]): Work {
  parseArgs({ args })
  return async ({ application: { identity }, print }) => {
    const keys = await listKeys(identity)
    const signing = findSigning(keys, identity.clock.now())
    for (const key of keys) print(describe(key, key === signing))
  }
}

function readRotate(args: string[]): Work {
  const { values } = parseArgs({ args, options: { algorithm: { type: 'string' }, emergency: { type: 'boolean' } } })
  const chosen = values.algorithm === undefined ? null : parseAlgorithm(values.algorithm)
  const emergency = values.emergency === true
  return async ({ application: { identity }, print }) => {
    const [signing] = (await listKeys(identity)).filter(({ retiredAt }) => !retiredAt)
    const algorithm = chosen ?? parseAlgorithm(signing?.algorithm ?? 'HS256')
    const { kid, retired, endedSessions } = await rotateKeys(identity, { algorithm, emergency }, commandLine)
    const when = emergency ? 'from now on' : 'in half a minute, when every server knows it'
    print(`The key ${kid} (${algorithm}) signs ${when}.`)
    if (emergency) print(`Retired: ${retired.join(', ') || 'none'}. Sessions that ended: ${endedSessions}.`)
  }
}

function readRetire(args: string[]): Work {
  const [kid, ...surplus] = parseArgs({ args, allowPositionals: true }).positionals
  if (!kid || surplus.length > 0) throw new UsageError('keys retire takes one key: the kid that keys list tells')
  return async ({ application: { identity }, print }) => {
    await retireKey(identity, kid, commandLine)
    print(`The key ${kid} is retired.`)
  }
}

function parseAlgorithm(text: string): SigningAlgorithm {
  const algorithm = signingAlgorithms.find((known) => known === text)
  if (!algorithm) throw new UsageError(`--algorithm should be one of ${signingAlgorithms.join(', ')}, not ${text}`)
  return algorithm
}

function describe({ kid, algorithm, origin, createdAt, retiredAt }: KeyDescription, signs: boolean): string {
  const use = retiredAt ? `retired ${retiredAt.toISOString()}` : signs ? 'signs' : 'verifies'
  const place = origin === 'configured' ? 'JWT_KEYS' : `made ${createdAt?.toISOString()}`
  return [kid, algorithm, use, place].join('\t')
}
