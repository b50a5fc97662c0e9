import SchemaBuilder from '@pothos/core'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import { graphql, parse, subscribe } from 'graphql'
import type { Library, Roles } from '../library.ts'
import {
  type Effects,
  type FilterArguments,
  find,
  isDeepSearch,
  isHiddenFilter,
  search,
  stream,
  values,
  writing,
  written,
} from '../world.ts'

interface Thing {
  id: string
  text: string
}
interface Known {
  name: string
  phone: string
  salary: string
}
type FilterInput = NonNullable<FilterArguments['filter']> & { term?: string | null }

const byHand = '`authScopes` as a function of the field’s arguments; each field that takes the input needs it'
const admin = { admin: true }

function build(effects: Effects) {
  const builder = new SchemaBuilder<{
    Context: { roles: Roles }
    AuthScopes: { admin: boolean; auditor: boolean; member: boolean; public: boolean; failing: boolean }
    DefaultFieldNullability: true
  }>({
    plugins: [ScopeAuthPlugin],
    scopeAuth: {
      authorizeOnSubscribe: true,
      runScopesOnType: true,
      authScopes: ({ roles }) => ({
        public: true,
        admin: roles.includes('ADMIN'),
        auditor: roles.includes('AUDITOR'),
        member: roles.includes('MEMBER'),
        failing: () => Promise.reject(new Error('the rule rejects')),
      }),
    },
  })
  const NodeRef = builder.interfaceRef<Thing>('Node')
  NodeRef.implement({ fields: (t) => ({ id: t.exposeID('id', { nullable: false }) }) })
  const Contact = builder.interfaceRef<Known>('Contact')
  Contact.implement({
    fields: (t) => ({ name: t.exposeString('name'), phone: t.exposeString('phone', { authScopes: admin }) }),
  })
  const Sealed = builder.interfaceRef<{ id: string; contents: string }>('Sealed')
  Sealed.implement({ authScopes: admin, fields: (t) => ({ id: t.exposeID('id', { nullable: false }) }) })
  const Secret = builder.objectRef<Thing>('Secret')
  Secret.implement({
    interfaces: [NodeRef],
    authScopes: admin,
    fields: (t) => ({ text: t.exposeString('text') }),
  })
  const Note = builder.objectRef<Thing>('Note')
  Note.implement({ interfaces: [NodeRef], fields: (t) => ({ text: t.exposeString('text') }) })
  const Person = builder.objectRef<Known>('Person')
  Person.implement({ interfaces: [Contact] })
  builder.objectField(Person, 'salary', (t) => t.exposeString('salary', { authScopes: admin }))
  const Vault = builder.objectRef<{ id: string; contents: string }>('Vault')
  Vault.implement({ interfaces: [Sealed], fields: (t) => ({ contents: t.exposeString('contents') }) })
  const Ledger = builder.objectRef<{ total: string }>('Ledger')
  Ledger.implement({ authScopes: admin, fields: (t) => ({ total: t.exposeString('total') }) })
  const Account = builder.objectRef<{ number: string }>('Account')
  Account.implement({
    authScopes: { member: true },
    fields: (t) => ({ number: t.exposeString('number', { authScopes: { auditor: true } }) }),
  })
  const Box = builder.objectRef<{ secret: Thing }>('Box')
  Box.implement({ fields: (t) => ({ secret: t.field({ type: Secret, resolve: ({ secret }) => secret }) }) })
  const Hit = builder.unionType('Hit', { types: [Secret, Note] })
  const Filter = builder.inputRef<FilterInput>('Filter')
  Filter.implement({
    fields: (t) => ({
      term: t.string(),
      hidden: t.string(),
      and: t.field({ type: [Filter] }),
      not: t.field({ type: Filter }),
    }),
  })
  const give = (name: string) => () => values[name] as never
  builder.queryType({
    fields: (t) => ({
      note: t.field({ type: Note, resolve: give('note') }),
      secret: t.field({ type: Secret, resolve: give('secret') }),
      secrets: t.field({ type: [Secret], nullable: { list: true, items: true }, resolve: give('secrets') }),
      shelves: t.field({
        type: t.listRef(t.listRef(Secret, { nullable: true }), { nullable: true }),
        resolve: give('shelves'),
      }),
      thousand: t.field({ type: [Secret], nullable: { list: true, items: true }, resolve: give('thousand') }),
      box: t.field({ type: Box, resolve: give('box') }),
      node: t.field({ type: NodeRef, resolve: give('node') }),
      nodes: t.field({ type: [NodeRef], nullable: { list: true, items: true }, resolve: give('nodes') }),
      hits: t.field({ type: [Hit], nullable: { list: true, items: true }, resolve: give('hits') }),
      person: t.field({ type: Person, resolve: give('person') }),
      contact: t.field({ type: Contact, resolve: give('contact') }),
      vault: t.field({ type: Vault, resolve: give('vault') }),
      sealed: t.field({ type: Sealed, resolve: give('sealed') }),
      ledger: t.field({ type: Ledger, resolve: give('ledger') }),
      account: t.field({ type: Account, resolve: give('account') }),
      both: t.string({
        authScopes: { $all: { member: true, auditor: true } },
        resolve: give('both'),
      }),
      search: t.string({
        args: { term: t.arg.string(), deep: t.arg.string(), limit: t.arg.int({ defaultValue: 10 }) },
        authScopes: (_parent, args) => (isDeepSearch(args) ? admin : { public: true }),
        resolve: (_parent, args) => search(args),
      }),
      find: t.string({
        args: { filter: t.arg({ type: Filter }) },
        authScopes: (_parent, args) => (isHiddenFilter(args) ? admin : { public: true }),
        resolve: (_parent, args) => find(args),
      }),
      throwing: t.string({
        authScopes: () => {
          throw new Error('the rule throws')
        },
        resolve: give('throwing'),
      }),
      rejecting: t.string({ authScopes: { failing: true }, resolve: give('rejecting') }),
      asynchronous: t.string({ authScopes: async () => admin, resolve: give('asynchronous') }),
    }),
  })
  builder.mutationType({
    fields: (t) => ({
      write: t.string({ resolve: writing(effects, written.write) as never }),
      erase: t.string({ authScopes: admin, resolve: writing(effects, written.erase) as never }),
      writeSecret: t.field({ type: Secret, resolve: writing(effects, written.writeSecret) as never }),
    }),
  })
  builder.subscriptionType({
    fields: (t) => ({
      ticks: t.string({
        authScopes: admin,
        subscribe: () => stream(effects, 'ticks'),
        resolve: ({ ticks }: { ticks?: string }) => ticks,
      } as never),
      secrets: t.field({
        type: Secret,
        subscribe: () => stream(effects, 'secrets'),
        resolve: ({ secrets }: { secrets?: Thing }) => secrets,
      } as never),
    }),
  })
  return builder.toSchema()
}

export const pothosScopeAuth: Library = {
  name: 'Pothos scope-auth',
  packages: ['@pothos/plugin-scope-auth', '@pothos/core'],
  approach: 'scopes on a code-first schema, with `runScopesOnType` and `authorizeOnSubscribe`',
  documentation: { 'Auth plugin': 'https://pothos-graphql.dev/docs/plugins/scope-auth' },
  inexpressible: {
    'type-extension': 'a type’s scopes stand with the type; `objectFields` adds fields to it, and no scopes',
  },
  remarks: {
    'type-typename': 'with `runScopesOnType`; without it `__typename` is told',
    subscription: 'with `authorizeOnSubscribe`; without it, decided when an event is resolved',
  },
  byHand,
  notes: [
    'Rules stand with the code-first schema and TypeScript checks them; rules of interfaces hold whichever way a field is reached; scopes are asked once a request.',
  ],
  async open(effects) {
    const schema = build(effects)
    return {
      execute: async ({ source, roles, variables }) =>
        graphql({ schema, source, variableValues: variables, contextValue: { roles } }),
      subscribe: ({ source, roles, variables }) =>
        subscribe({ schema, document: parse(source), variableValues: variables, contextValue: { roles } }),
    }
  },
}
