import { makeExecutableSchema } from '@graphql-tools/schema'
import { authorizeSchema, directiveTypeDefs, type Viewer } from '../src/directives/index.ts'

const typeDefs = /* GraphQL */ `
  enum Role {
    READER @grants(permissions: [NOTE_READ])
    EDITOR @grants(permissions: [NOTE_READ_ANY], includes: [READER])
  }
  enum Permission { NOTE_READ NOTE_READ_ANY }

  interface Node { id: ID! }

  type Note implements Node @allow(any: [{ owner: "authorId" }, { permission: [NOTE_READ_ANY] }]) {
    id: ID!
    authorId: ID!
    text: String
  }

  type Query {
    greeting: String @public
    note(id: ID!): Note @auth
    node(id: ID!): Node @auth
    notes: [Note] @hasPermission(permission: [NOTE_READ])
  }

  type Mutation { removeNote(id: ID!): Boolean @hasRole(role: EDITOR) }
`

const notes = new Map([
  ['1', { __typename: 'Note', id: '1', authorId: 'ada', text: 'written by Ada' }],
  ['2', { __typename: 'Note', id: '2', authorId: 'grace', text: 'written by Grace' }],
])

// No resolver asks who may: the rules above do.
const resolvers = {
  Query: {
    greeting: () => 'Hello',
    note: (_: unknown, { id }: { id: string }) => notes.get(id),
    node: (_: unknown, { id }: { id: string }) => notes.get(id),
    notes: () => [...notes.values()],
  },
  Mutation: { removeNote: (_: unknown, { id }: { id: string }) => notes.delete(id) },
}

/** What each server's context has to bring. */
export interface Context {
  viewer: Viewer | null
}

/** The schema that all three servers run. */
export const schema = authorizeSchema<Context>(
  makeExecutableSchema({ typeDefs: [directiveTypeDefs, typeDefs], resolvers }),
  { viewer: ({ viewer }) => viewer },
)

const users = new Map<unknown, Viewer>([
  ['ada', { id: 'ada', roles: ['READER'] }],
  ['grace', { id: 'grace', roles: ['EDITOR'] }],
])

/** Stands for your sign-in. Never take somebody's word for who they are: verify a token or a session here. */
export function findViewer(header: unknown): Viewer | null {
  return users.get(header) ?? null
}
