import { parseArgs } from 'node:util'
import type { Identity } from '../identity/identity.ts'
import type { User } from '../identity/user.ts'
import { parseSearch } from '../search.ts'
import type { AdminCommand } from './admin-command.ts'
import { getNamedUser, readUserArgument } from './named-user.ts'
import { UsageError } from './usage-error.ts'

const pageSize = 100

/** `users list` and `users show <user>`. */
export const usersCommand: AdminCommand = {
  synopsis: ['users list [--search <text>]', 'users show <user>'],
  description: `list  prints a line for each user: id, address, roles and name, oldest first
show  prints what there is to know of one user: their state, their sessions, and the ways in which they can sign in

  npm run admin -- users list --search ada
  npm run admin -- users show ada@example.com`,

  read(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { search: { type: 'string' } },
    })
    const [action, ...rest] = positionals
    if (action === 'list') {
      if (rest.length > 0) throw new UsageError('users list takes no argument: --search finds users')
      const search = parseSearch('--search', values.search)
      return async ({ application, print }) => list(application.identity, search, print)
    }
    if (action !== 'show') throw new UsageError('users does one of two things: list and show')
    if (values.search !== undefined) throw new UsageError('--search goes with users list')
    const name = readUserArgument('users show', rest)
    return async ({ application: { identity }, print }) =>
      print(await describe(identity, await getNamedUser(identity.users, name)))
  },
}

async function list({ users }: Identity, search: string | null, print: (text: string) => void): Promise<void> {
  for (let after: string | null = null; ; ) {
    const { items, hasNextPage } = await users.list({ first: pageSize, after, search })
    for (const { id, email, roles, name, suspended } of items)
      print([id, email, roles.join(',') || '-', name, ...(suspended ? ['(suspended)'] : [])].join('  '))
    const last = items.at(-1)
    if (!hasNextPage || !last) return
    after = last.id
  }
}

async function describe(identity: Identity, user: User): Promise<string> {
  const { passwords, sessions, totpAuthenticators, recoveryCodes, passkeys, providerLinks, clock } = identity
  const { id } = user
  const live = await sessions.listByUser(id, clock.now())
  const named = (items: readonly string[]) => (items.length > 0 ? items.join(', ') : 'none')
  const facts: [string, string][] = [
    ['id', id],
    ['name', user.name],
    ['address', `${user.email} (${user.emailVerified ? 'verified' : 'not verified'})`],
    ['roles', named(user.roles)],
    ['state', user.suspended ? 'suspended' : 'active'],
    ['since', user.createdAt.toISOString()],
    ['password', (await passwords.find(id)) === null ? 'none' : 'set'],
    ['passkeys', named((await passkeys.listByUser(id)).map(({ name }) => name))],
    ['providers', named((await providerLinks.listByUser(id)).map(({ provider }) => provider))],
    ['second factor', (await totpAuthenticators.findConfirmed(id)) ? 'app' : 'none'],
    ['recovery codes', `${await recoveryCodes.countUnused(id)} unused`],
    ['sessions', String(live.filter(({ kind }) => kind === 'BROWSER').length)],
    ['API tokens', named(live.flatMap(({ kind, name }) => (kind === 'API_TOKEN' ? [name ?? ''] : [])))],
  ]
  return facts.map(([label, fact]) => `${label.padEnd(16)}${fact}`).join('\n')
}
