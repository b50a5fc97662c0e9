import type { Document } from '../../src/documents/document.ts'
import type { Session } from '../../src/identity/session.ts'
import type { User } from '../../src/identity/user.ts'
import type { TestDatabase } from '../support/database.ts'

/** Opens an empty database of the kind under test. */
export type OpenDatabase = () => Promise<TestDatabase>

const start = Date.parse('2026-01-01T00:00:00.000Z')

/** The instant that many seconds after the start of every test. */
export const at = (seconds: number) => new Date(start + seconds * 1000)

export const userOf = (id: string, more: Partial<User> = {}): User => ({
  id,
  name: `Name of ${id}`,
  email: `${id}@example.com`,
  emailVerified: false,
  suspended: false,
  roles: [],
  createdAt: at(0),
  ...more,
})

export const sessionOf = (id: string, userId: string, more: Partial<Session> = {}): Session => ({
  id,
  user: { id: userId },
  kind: 'BROWSER',
  name: null,
  permissions: null,
  methods: ['PASSWORD'],
  userAgent: 'Browser/1.0',
  ipAddress: '192.0.2.1',
  createdAt: at(0),
  authenticatedAt: at(0),
  lastUsedAt: at(0),
  expiresAt: at(100),
  endsAt: at(1000),
  ...more,
})

export const documentOf = (id: string, ownerId: string, more: Partial<Document> = {}): Document => ({
  id,
  title: `Title of ${id}`,
  body: `Body of ${id}`,
  published: false,
  owner: { id: ownerId },
  version: 1,
  createdAt: at(0),
  updatedAt: at(0),
  ...more,
})

/** Does one thing twenty times at once and gives what came of each. */
export const twentyTimes = <Result>(work: (index: number) => Promise<Result>) =>
  Promise.allSettled(Array.from({ length: 20 }, (_, index) => work(index)))

/** What came of those that did not throw. */
export const valuesOf = <Result>(results: readonly PromiseSettledResult<Result>[]) =>
  results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
