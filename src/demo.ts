import type { AccessLevel } from './access/access-grant.ts'
import { createDocument } from './documents/create-document.ts'
import type { GranteeInput } from './documents/grantee.ts'
import { publishDocument } from './documents/publish-document.ts'
import { shareDocument } from './documents/share-document.ts'
import type { Application } from './graphql/context.ts'
import type { Role } from './identity/user.ts'

export const demoPassword = 'open sesame in development'

/** One for each role. */
export const demoUsers = [
  { email: 'admin@example.com', name: 'Ada Admin', role: 'ADMIN' },
  { email: 'editor@example.com', name: 'Edith Editor', role: 'EDITOR' },
  { email: 'member@example.com', name: 'Max Member', role: 'MEMBER' },
] as const satisfies { email: string; name: string; role: Role }[]

interface DemoDocument {
  owner: (typeof demoUsers)[number]['email']
  title: string
  body: string
  published?: true
  shared?: { with: GranteeInput | { user: string }; level: AccessLevel }
}

/** One for each way in which a document can be shared. */
const demoDocuments: DemoDocument[] = [
  {
    owner: 'member@example.com',
    title: 'Shopping list',
    body: 'Shared with nobody: editors and administrators alone may read it besides its owner.',
  },
  {
    owner: 'member@example.com',
    title: 'Trip plan',
    body: 'Shared with one user, who may change it.',
    shared: { with: { user: 'editor@example.com' }, level: 'WRITE' },
  },
  {
    owner: 'member@example.com',
    title: 'Guest list',
    body: 'Shared with an address that has no account yet: whoever proves that it is theirs may read this.',
    shared: { with: { email: 'guest@example.com' }, level: 'READ' },
  },
  {
    owner: 'editor@example.com',
    title: 'Style guide',
    body: 'Shared with everyone who holds the role MEMBER, itself or through another role.',
    shared: { with: { role: 'MEMBER' }, level: 'READ' },
  },
  {
    owner: 'editor@example.com',
    title: 'Ideas',
    body: 'Shared with everyone who is signed in: all of them may change it.',
    shared: { with: { everyone: true }, level: 'WRITE' },
  },
  {
    owner: 'editor@example.com',
    title: 'Release notes',
    body: 'Published: every signed-in user may read it.',
    published: true,
  },
  {
    owner: 'admin@example.com',
    title: 'Salaries',
    body: 'Private to an administrator: a member who asks for it by its id is refused.',
  },
]

/** Puts users and documents into an empty database, all or none; leaves any other as it is. */
export async function seedDemo({ identity, documents }: Application): Promise<void> {
  const { users, passwords, roles, hasher, clock, createId, transaction } = identity
  if ((await users.countAll()) > 0) return
  // Before the transaction: inside it nothing but the database is awaited.
  const accounts = await Promise.all(
    demoUsers.map(async (user) => ({ ...user, id: createId(), hash: await hasher.hash(demoPassword) })),
  )

  await transaction(async () => {
    if ((await users.countAll()) > 0) return
    for (const { id, name, email, role, hash } of accounts) {
      const now = clock.now()
      await users.create({ id, name, email, emailVerified: true, suspended: false, roles: [role], createdAt: now })
      await passwords.put(id, hash, now)
      await roles.assign(id, role, null, now)
    }
    const idOf = (email: string) => {
      const account = accounts.find((candidate) => candidate.email === email)
      if (!account) throw new TypeError(`${email} is no demo user`)
      return account.id
    }
    for (const { owner, title, body, published, shared } of demoDocuments) {
      const ownerId = idOf(owner)
      const origin = { actorId: ownerId, ipAddress: null, userAgent: null }
      const { id } = await createDocument(documents, { ownerId, title, body }, origin)
      if (published) await publishDocument(documents, id, origin)
      if (!shared) continue
      const grantee = 'user' in shared.with ? { userId: idOf(shared.with.user) } : shared.with
      await shareDocument(documents, { id, with: grantee, level: shared.level }, origin)
    }
  })
}
