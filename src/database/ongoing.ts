import { DatabaseError } from './database-error.ts'

/** A transaction under way. Once it has failed, or is over, it runs no further statement. */
export interface Ongoing {
  over: boolean
  failure: { error: unknown } | null
}

/**
 * Runs a part of a transaction: a statement, or an inner transaction. Whatever fails in it fails the whole, even when
 * it is caught: what comes after could otherwise be kept without what came before.
 */
export async function within<Result>(current: Ongoing, part: () => Result | Promise<Result>): Promise<Result> {
  if (current.over)
    throw new DatabaseError('This transaction is over: something in it was not awaited', 'TRANSACTION_OVER')
  if (current.failure) throw current.failure.error
  try {
    return await part()
  } catch (error) {
    current.failure ??= { error }
    throw error
  }
}
