import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import {
  type AccessEntry,
  accessRows,
  compareMatrices,
  describeFault,
  formatAccessLock,
  lockEntries,
  nullBlasts,
  parseAccessLock,
} from '../../directives/index.ts'
import { renderChanges } from './render-changes.ts'
import type { Surroundings } from './subcommand.ts'

const accept = 'npm run access -- --write'

/** `--check`: compares the schema's rules with those that were reviewed last. Gives 1 where they differ. */
export function checkLock({ schema, lock, print, colours }: Surroundings, json: boolean): number {
  const changes = compareMatrices(readLock(lock), lockEntries(accessRows(schema)))
  if (json) print(JSON.stringify(changes, null, 2))
  else if (changes.length === 0) print(`The schema's rules are those of ${basename(lock)}`)
  else {
    print(`The schema's rules are not those of ${basename(lock)}:\n\n${renderChanges(changes, colours)}\n`)
    print(`Where these changes are meant, accept them by ${accept} and commit the file.`)
    tellNullBlasts({ schema, print })
  }
  return changes.length === 0 ? 0 : 1
}

/** `--write`: makes what the schema says now the state that later checks compare with. */
export function writeLock({ schema, lock, print }: Surroundings): number {
  writeFileSync(lock, formatAccessLock(lockEntries(accessRows(schema))))
  print(`${basename(lock)} is written: review its changes before you commit them`)
  tellNullBlasts({ schema, print })
  return 0
}

function tellNullBlasts({ schema, print }: Pick<Surroundings, 'schema' | 'print'>): void {
  const blasts = nullBlasts(schema)
  if (blasts.length === 0) return
  print(
    `\nWhat is lost with a value that is refused, because it may not be null:\n\n${blasts.map(describeFault).join('\n')}`,
  )
}

/** A lock that cannot be read: told without a stack. */
export class LockError extends Error {}

/** @throws LockError for a file that is not there or makes no sense */
export function readLock(path: string): AccessEntry[] {
  const name = basename(path)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new LockError(`${name} cannot be read: make it by ${accept}`, { cause: error })
  }
  try {
    return parseAccessLock(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new LockError(`${name}: ${error.message}; make it anew by ${accept}`, { cause: error })
  }
}
