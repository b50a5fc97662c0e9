import type { IResolvers } from '@graphql-tools/utils'

/** What stands in every value that a rule guards, and in none other. */
export const guarded = 'classified'

/** How a library says in SDL who may have what; empty where it says so elsewhere or cannot say it. */
export interface Marks {
  /** Needs role ADMIN: on object types and fields, on fields of interfaces, on interfaces, arguments, input fields. */
  admin: string
  adminOnInterface: string
  adminOnArgument: string
  adminOnInputField: string
  /** Needs role MEMBER, on a type; AUDITOR, on a field; both, on one field. */
  member: string
  auditor: string
  both: string
  /** A rule that throws, one that gives a rejected promise, and one that gives its answer in a promise. */
  throwing: string
  rejecting: string
  asynchronous: string
  /** Says in the open that there is no rule. */
  open: string
}

export const noMarks: Marks = {
  admin: '',
  adminOnInterface: '',
  adminOnArgument: '',
  adminOnInputField: '',
  member: '',
  auditor: '',
  both: '',
  throwing: '',
  rejecting: '',
  asynchronous: '',
  open: '',
}

/** Gives the one schema that every library guards. */
export function describeWorld(marks: Marks): string {
  return /* GraphQL */ `
    interface Node { id: ID! }
    interface Contact { name: String phone: String ${marks.admin} }
    interface Sealed ${marks.adminOnInterface} { id: ID! }
    type Secret implements Node ${marks.admin} { id: ID! text: String }
    type Note implements Node { id: ID! text: String }
    type Person implements Contact { name: String phone: String }
    extend type Person { salary: String ${marks.admin} }
    type Vault implements Sealed { id: ID! contents: String }
    type Ledger { total: String }
    extend type Ledger ${marks.admin} { balance: String }
    type Account ${marks.member} { number: String ${marks.auditor} }
    type Box { secret: Secret }
    union Hit = Secret | Note
    input Filter { term: String hidden: String ${marks.adminOnInputField} and: [Filter!] not: Filter }

    type Query {
      note: Note ${marks.open}
      secret: Secret ${marks.open}
      secrets: [Secret] ${marks.open}
      shelves: [[Secret]] ${marks.open}
      thousand: [Secret] ${marks.open}
      box: Box ${marks.open}
      node: Node ${marks.open}
      nodes: [Node] ${marks.open}
      hits: [Hit] ${marks.open}
      person: Person ${marks.open}
      contact: Contact ${marks.open}
      vault: Vault ${marks.open}
      sealed: Sealed ${marks.open}
      ledger: Ledger ${marks.open}
      account: Account ${marks.open}
      both: String ${marks.both}
      search(term: String, deep: String ${marks.adminOnArgument}, limit: Int = 10 ${marks.adminOnArgument}): String ${marks.open}
      find(filter: Filter): String ${marks.open}
      throwing: String ${marks.throwing}
      rejecting: String ${marks.rejecting}
      asynchronous: String ${marks.asynchronous}
    }
    type Mutation {
      write: String ${marks.open}
      erase: String ${marks.admin}
      writeSecret: Secret ${marks.open}
    }
    type Subscription {
      ticks: String ${marks.admin}
      secrets: Secret ${marks.open}
    }
  `
}

/** What resolvers did. */
export interface Effects {
  writes: number
  streams: number
}

type Values = Record<string, unknown>

const secret = { __typename: 'Secret', id: `${guarded}-id`, text: guarded }
const note = { __typename: 'Note', id: 'note', text: 'a note' }

/** The data behind every field of a root type that takes no arguments. */
export const values: Values = {
  note,
  secret,
  secrets: [secret, secret],
  shelves: [[secret], [secret]],
  thousand: Array.from({ length: 1000 }, () => secret),
  box: { secret },
  node: secret,
  nodes: [note, secret],
  hits: [note, secret],
  person: { __typename: 'Person', name: 'Ada', phone: guarded, salary: guarded },
  contact: { __typename: 'Person', name: 'Ada', phone: guarded, salary: guarded },
  vault: { __typename: 'Vault', id: `${guarded}-id`, contents: guarded },
  sealed: { __typename: 'Vault', id: `${guarded}-id`, contents: guarded },
  ledger: { total: guarded, balance: guarded },
  account: { number: guarded },
  both: guarded,
  throwing: guarded,
  rejecting: guarded,
  asynchronous: guarded,
}

export interface SearchArguments {
  deep?: string | null
  limit?: number | null
}

export interface FilterArguments {
  filter?: Filter | null
}

interface Filter {
  hidden?: string | null
  and?: Filter[] | null
  not?: Filter | null
}

/** Whether arguments hold what only an ADMIN may give: what a rule on the field that takes them must find out itself. */
export const isDeepSearch = ({ deep, limit }: SearchArguments) => deep !== undefined || limit !== 10
export const isHiddenFilter = ({ filter }: FilterArguments): boolean => filter != null && readsHidden(filter)

function readsHidden({ hidden, and, not }: Filter): boolean {
  return hidden !== undefined || (and ?? []).some(readsHidden) || (not != null && readsHidden(not))
}

export const search = (args: SearchArguments) => (isDeepSearch(args) ? guarded : 'nothing')
export const find = (args: FilterArguments) => (isHiddenFilter(args) ? guarded : 'nothing')

/** A stream of one event that tells when it starts. */
export async function* stream(effects: Effects, field: string): AsyncGenerator<Values> {
  effects.streams++
  yield { [field]: field === 'secrets' ? secret : guarded }
}

export const writing = (effects: Effects, value: unknown) => () => {
  effects.writes++
  return value
}
export const written = { write: 'written', erase: guarded, writeSecret: secret }

/** The resolvers that every library guards. */
export function resolversOf(effects: Effects): IResolvers {
  const fields = Object.entries(values).map(([name, value]) => [name, () => value] as const)
  const mutations = Object.entries(written).map(([name, value]) => [name, writing(effects, value)] as const)
  // As a resolver that a subscription leaves out would do; graphql-middleware takes it as a place to stand in.
  const streams = ['ticks', 'secrets'].map((name) => [name, { subscribe: () => stream(effects, name) }] as const)
  return {
    Query: {
      ...Object.fromEntries(fields),
      search: (_: unknown, args: SearchArguments) => search(args),
      find: (_: unknown, args: FilterArguments) => find(args),
    },
    Mutation: Object.fromEntries(mutations),
    Subscription: Object.fromEntries(streams),
  }
}
