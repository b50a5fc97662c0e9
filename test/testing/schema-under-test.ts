import { buildTestSchema } from '../directives/harness.ts'

/** Every place where a rule can stand, and every way in that the kit knows. */
export const sdl = /* GraphQL */ `
  scalar Moment
  interface Node { id: ID! }
  interface Owned implements Node @hasPermission(permission: [READ_ALL]) { id: ID! ownerId: ID! notes: String @allow(any: [{ owner: "ownerId" }, { role: ADMIN }]) }
  type Letter implements Owned & Node @allow(any: [{ owner: "ownerId" }, { access: READ }]) {
    id: ID!
    ownerId: ID!
    notes: String
    body: String! @hasPermission(permission: [READ_ALL]) @hasRole(role: EDITOR)
    writtenAt: Moment @hasPermission(permission: [WRITE_ALL])
    replies(first: Int = 3, hidden: Boolean @hasRole(role: ADMIN)): [Letter!]
    about: Thing
  }
  type Parcel implements Owned & Node @auth(maxAge: 60) @hasRole(role: MEMBER) {
    id: ID!
    ownerId: ID!
    notes: String
    weight: Int @allow(any: [{ policy: "weighs" }]) }
  type Stamp implements Node { id: ID! value: Int! @hasRole(role: EDITOR) secret: Int @hasRole(role: EDITOR) @hasRole(role: ADMIN) }
  union Thing = Letter | Parcel | Stamp
  type LetterEdge { node: Letter cursor: String! }
  type LetterConnection { edges: [LetterEdge!]! totalCount: Int! @hasRole(role: ADMIN) }
  input Filter {
    and: [Filter!]
    text: String
    ownerId: ID @allow(any: [{ owner: "args.filter.ownerId" }, { role: ADMIN }])
    weight: Int = 5 @reads(field: "Parcel.weight")
    body: String @reads(field: "Letter.body")
  }
  input Draft @oneOf { text: String secret: String @hasRole(role: ADMIN) }
  type Query {
    me: Letter @auth
    node(id: ID!): Node @public
    thing(id: ID!): Thing @auth
    things: [Thing] @public
    matrix: [[Owned]] @public
    letters(filter: Filter): LetterConnection @public
    stamps(ids: [ID!]! @hasRole(role: EDITOR)): [Stamp!] @public
    mine(ownerId: ID! = "1001"): String @allow(any: [{ owner: "args.ownerId" }])
  }
  type Mutation {
    signIn(name: String!): Letter @public @signsIn
    send(id: ID!, draft: Draft!): Letter @hasAccess(level: WRITE, resource: "Letter")
    stamp: Stamp! @hasRole(role: EDITOR) @auth(interactive: true)
  }
  type Subscription { sent(id: ID!): Letter @auth @allow(any: [{ policy: "sends" }]) }
`

/** That schema as it is before its rules are enforced. */
export const createSource = (text = sdl) => buildTestSchema(text)
