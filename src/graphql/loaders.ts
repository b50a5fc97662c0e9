import DataLoader from 'dataloader'
import type { AccessGrant } from '../access/access-grant.ts'
import { type Authenticator, listAuthenticators } from '../identity/authenticator.ts'
import type { Session } from '../identity/session.ts'
import type { User } from '../identity/user.ts'
import type { Application } from './context.ts'

/** What a list's rows refer to, read in one statement for the whole list. */
export interface Loaders {
  users: DataLoader<string, User | null>
  /** Grants by document. */
  grants: DataLoader<string, AccessGrant[]>
  /** Live sessions by user. */
  sessions: DataLoader<string, Session[]>
  /** Authenticators by user. */
  authenticators: DataLoader<string, Authenticator[]>
}

// Nothing is kept from one batch to the next: a mutation's later fields must see what its earlier ones wrote.
const options = { cache: false }

export function createLoaders(application: Application): Loaders {
  return new LazyLoaders(application)
}

/** Most requests need none of them. */
class LazyLoaders implements Loaders {
  readonly #application: Application
  #users: Loaders['users'] | undefined
  #grants: Loaders['grants'] | undefined
  #sessions: Loaders['sessions'] | undefined
  #authenticators: Loaders['authenticators'] | undefined

  constructor(application: Application) {
    this.#application = application
  }

  get users(): Loaders['users'] {
    const { identity } = this.#application
    this.#users ??= new DataLoader(async (ids) => {
      const users = await identity.users.findMany(distinct(ids))
      const byId = new Map(users.map((user) => [user.id, user]))
      return ids.map((id) => byId.get(id) ?? null)
    }, options)
    return this.#users
  }

  get grants(): Loaders['grants'] {
    const { documents } = this.#application
    this.#grants ??= new DataLoader(async (ids) => {
      const grants = await documents.grants.list('Document', distinct(ids))
      const byDocument = Map.groupBy(grants, (grant) => grant.resource.id)
      return ids.map((id) => byDocument.get(id) ?? [])
    }, options)
    return this.#grants
  }

  get sessions(): Loaders['sessions'] {
    const { identity } = this.#application
    this.#sessions ??= new DataLoader(async (ids) => {
      const sessions = await identity.sessions.listByUsers(distinct(ids), identity.clock.now())
      const byUser = Map.groupBy(sessions, (session) => session.user.id)
      return ids.map((id) => byUser.get(id) ?? [])
    }, options)
    return this.#sessions
  }

  get authenticators(): Loaders['authenticators'] {
    const { identity } = this.#application
    this.#authenticators ??= new DataLoader(async (ids) => {
      const authenticators = await listAuthenticators(identity, distinct(ids))
      const byUser = Map.groupBy(authenticators, ({ userId }) => userId)
      return ids.map((id) => byUser.get(id) ?? [])
    }, options)
    return this.#authenticators
  }
}

/**
 * Gives a user whom the database holds to be there.
 *
 * @throws TypeError when it does not
 */
export async function loadUser(loaders: Loaders, id: string): Promise<User> {
  const user = await loaders.users.load(id)
  if (!user) throw new TypeError(`user ${id} is referred to and not there`)
  return user
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}
