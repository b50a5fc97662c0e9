import { clientNetwork } from '../identity/client-address.ts'

/** How many streams of events are open on this instance at most. */
export interface StreamLimits {
  /** By one user, in all their browsers and programs. */
  perUser: number
  /** From one network: an IPv4 address, or a /64 of IPv6. */
  perClient: number
  total: number
}

/** Whose a stream is. */
export interface StreamOwner {
  userId: string | null
  ipAddress: string
}

/** One that is open. */
export interface OpenStream {
  /** Whom it counts for from now on. False, and nothing changed, where that user has too many already. */
  belongTo(userId: string): boolean
  close(): void
}

/** All that are open. */
export interface OpenStreams {
  /**
   * Counts another one; null where there are too many.
   *
   * @param end - ends it because the server stops
   */
  open(owner: StreamOwner, end: () => void): OpenStream | null
  /** Ends all of them, and takes no more. */
  endAll(): void
}

export function createOpenStreams(limits: StreamLimits): OpenStreams {
  const ends = new Set<{ end: () => void }>()
  const users = createTally(limits.perUser)
  const clients = createTally(limits.perClient)
  let stopped = false

  return {
    open({ userId, ipAddress }, end) {
      if (stopped || ends.size >= limits.total) return null
      const client = clientNetwork(ipAddress)
      if (!clients.add(client)) return null
      if (userId !== null && !users.add(userId)) {
        clients.remove(client)
        return null
      }
      let owner = userId
      const entry = { end }
      ends.add(entry)
      return {
        belongTo(id) {
          if (id === owner) return true
          if (!users.add(id)) return false
          if (owner !== null) users.remove(owner)
          owner = id
          return true
        },
        close() {
          if (!ends.delete(entry)) return
          clients.remove(client)
          if (owner !== null) users.remove(owner)
        },
      }
    },
    endAll() {
      stopped = true
      for (const { end } of [...ends]) end()
    },
  }
}

/** Counts by name, up to so many of each. */
function createTally(most: number) {
  const counts = new Map<string, number>()
  return {
    add(name: string): boolean {
      const count = counts.get(name) ?? 0
      if (count >= most) return false
      counts.set(name, count + 1)
      return true
    },
    remove(name: string): void {
      const count = (counts.get(name) ?? 0) - 1
      if (count > 0) counts.set(name, count)
      else counts.delete(name)
    },
  }
}
