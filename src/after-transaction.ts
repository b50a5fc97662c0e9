import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transaction } from './transaction.ts'

/** Tells of changes once they are kept. */
export interface AfterTransaction<Change> {
  /** As the one underneath, but that its changes are told of when it is over. */
  transaction: Transaction
  /** Remembers a change until the transaction that it is made in is over; tells of it at once where there is none. */
  changed(change: Change): Promise<void>
}

/**
 * Makes a transaction that tells of what changed in it once that is kept: of one that is rolled back nothing is told,
 * of one in a transaction not before its end.
 *
 * @param tell - is awaited by whoever made the change; it should not fail
 */
export function tellAfter<Change>(
  transact: Transaction,
  tell: (change: Change) => Promise<void>,
): AfterTransaction<Change> {
  const underWay = new AsyncLocalStorage<Change[]>()
  return {
    async transaction(work) {
      if (underWay.getStore()) return transact(work)
      let changes: Change[] = []
      const result = await transact(() => {
        // Anew: the work of a transaction that collides runs again.
        changes = []
        return underWay.run(changes, work)
      })
      await Promise.all(changes.map(tell))
      return result
    },
    async changed(change) {
      const changes = underWay.getStore()
      if (changes) changes.push(change)
      else await tell(change)
    },
  }
}
