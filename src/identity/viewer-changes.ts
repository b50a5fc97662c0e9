import type { RoleStore } from '../access/role-store.ts'
import { tellAfter } from '../after-transaction.ts'
import type { Transaction } from '../transaction.ts'
import type { AccountStore } from './account-store.ts'
import type { SessionStore } from './session.ts'
import type { UserStore } from './user.ts'

/** Whose session records are not what they were. */
export type ViewerChange = { session: string } | { user: string } | 'everybody'

/** Where all instances are told. */
export const viewerChannel = 'viewers'

/** Where a change matters: a session that was merely used needs no word to others. */
export type Reach = 'here' | 'everywhere'

/** Everything through which a session, its user or their roles change. */
export interface ViewerStores {
  sessions: SessionStore
  users: UserStore
  roles: RoleStore
  accounts: AccountStore
}

/**
 * Makes stores, and a transaction over them, that tell of each change to a session, its user or their roles once it is
 * kept: of one that is rolled back nothing is told, of one in a transaction not before its end. What is written past
 * these stores is not told of.
 *
 * @param tell - is awaited by whoever made the change; it should not fail
 */
export function tellViewerChanges(
  { sessions, users, roles, accounts }: ViewerStores,
  transact: Transaction,
  tell: (change: ViewerChange, reach: Reach) => Promise<void>,
): ViewerStores & { transaction: Transaction } {
  const { transaction, changed } = tellAfter<[ViewerChange, Reach]>(transact, ([change, reach]) => tell(change, reach))

  async function telling<Result>(
    work: Promise<Result>,
    change: ViewerChange,
    reach: Reach = 'everywhere',
  ): Promise<Result> {
    const result = await work
    await changed([change, reach])
    return result
  }

  return {
    transaction,
    sessions: {
      ...sessions,
      touch: (id, ...more) => telling(sessions.touch(id, ...more), { session: id }, 'here'),
      end: (id, ...more) => telling(sessions.end(id, ...more), { session: id }),
      endAll: (userId, ...more) => telling(sessions.endAll(userId, ...more), { user: userId }),
      endEverybodys: (...more) => telling(sessions.endEverybodys(...more), 'everybody'),
    },
    users: {
      ...users,
      rename: (id, ...more) => telling(users.rename(id, ...more), { user: id }),
      verifyEmail: (user, ...more) => telling(users.verifyEmail(user, ...more), { user: user.id }),
      changeEmail: (id, ...more) => telling(users.changeEmail(id, ...more), { user: id }),
    },
    roles: {
      ...roles,
      assign: (userId, ...more) => telling(roles.assign(userId, ...more), { user: userId }),
      withdraw: (userId, ...more) => telling(roles.withdraw(userId, ...more), { user: userId }),
    },
    accounts: {
      ...accounts,
      suspend: (id, ...more) => telling(accounts.suspend(id, ...more), { user: id }),
      reinstate: (id, ...more) => telling(accounts.reinstate(id, ...more), { user: id }),
      delete: (user) => telling(accounts.delete(user), { user: user.id }),
    },
  }
}
