import { type AccessLevel, accessLevels } from '../../access/access-grant.ts'

/** The number under which a level is stored: 1 READ, 2 WRITE, 3 MANAGE. */
export function rankOf(level: AccessLevel): number {
  const rank = accessLevels.indexOf(level) + 1
  // Every grant is at least 0: an unknown level must never get as far as a comparison.
  if (rank === 0) throw new TypeError(`There is no access level ${level}`)
  return rank
}

export function levelOf(rank: number): AccessLevel {
  const level = accessLevels[rank - 1]
  if (level === undefined) throw new TypeError(`There is no access level of rank ${rank}`)
  return level
}
