/** The one schema, data and operations that every server is measured on. */

export const cookieName = '__Host-session'

const fields = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
/** Of an item: those that need the role ADMIN. */
export const guardedFields = ['a', 'b', 'c']
const selection = `{ ${fields.join(' ')} }`

/** How a server says in SDL who may have what; empty where it says so elsewhere. */
export interface Marks {
  signedIn: string
  admin: string
}

export function describeWorld({ signedIn, admin }: Marks = { signedIn: '', admin: '' }): string {
  const guarded = (field: string) => (guardedFields.includes(field) ? admin : '')
  return /* GraphQL */ `
    type Item { id: ID ${fields.map((field) => `${field}: String ${guarded(field)}`).join(' ')} }
    type Query { items: [Item] ${signedIn} me: Item ${signedIn} }
    type Mutation { rename(id: ID!, to: String!): Item ${admin} }
  `
}

export type Item = Record<string, string>

export const items: Item[] = Array.from({ length: 50 }, (_, row) =>
  Object.fromEntries([['id', String(row)], ...fields.map((name) => [name, `the value of ${name} in row ${row}`])]),
)

export const resolvers = {
  Query: { items: () => items, me: () => items[7] },
  Mutation: {
    rename(_: unknown, { id, to }: { id: string; to: string }): Item | undefined {
      const item = items.find((candidate) => candidate.id === id)
      if (item) item.a = to
      return item
    },
  },
}

export type Role = 'ADMIN' | 'MEMBER'

export interface Operation {
  name: string
  as: Role
  body: { query: string; variables?: Record<string, unknown> }
}

export const operations: readonly Operation[] = [
  { name: 'list', as: 'ADMIN', body: { query: `{ items ${selection} }` } },
  { name: 'me', as: 'ADMIN', body: { query: `{ me ${selection} }` } },
  { name: 'denied list', as: 'MEMBER', body: { query: `{ items ${selection} }` } },
  {
    name: 'mutation',
    as: 'ADMIN',
    body: {
      query: `mutation ($id: ID!, $to: String!) { rename(id: $id, to: $to) ${selection} }`,
      variables: { id: '3', to: 'another value' },
    },
  },
]
