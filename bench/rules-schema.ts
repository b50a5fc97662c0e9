import { makeExecutableSchema } from '@graphql-tools/schema'
import { buildASTSchema, concatAST, type GraphQLSchema, parse } from 'graphql'
import { authorizeSchema, directiveTypeDefs, type Viewer } from '../src/directives/index.ts'

/** The schema that the rules are measured on, with them and without. */

const roles = /* GraphQL */ `
  enum Role { MEMBER @grants(permissions: [READ]) ADMIN @grants(permissions: [MANAGE], includes: [MEMBER]) }
  enum Permission { READ MANAGE }
`
export const admin: Viewer = { id: '1', roles: ['ADMIN'], authenticatedAt: new Date() }
export const member: Viewer = { id: '1', roles: ['MEMBER'], authenticatedAt: new Date() }

export function build(sdl: string, resolvers: object): { plain: GraphQLSchema; guarded: GraphQLSchema } {
  const documents = [sdl, roles, directiveTypeDefs].map((text) => parse(text))
  const plain = makeExecutableSchema({ typeDefs: buildASTSchema(concatAST(documents)), resolvers: resolvers as never })
  const guarded = authorizeSchema<{ viewer: Viewer | null }>(plain, {
    viewer: ({ viewer }) => viewer,
    access: (_, { ids }) => ids.map(() => true),
    onWarning: () => {},
  })
  return { plain, guarded }
}

const fields = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const item = Object.fromEntries(['id', ...fields].map((name) => [name, `the value of ${name}`]))
const itemSdl = (guarded: number) =>
  `type Item @hasPermission(permission: READ) { id: ID ${fields.map((name, index) => `${name}: String${index < guarded ? ' @hasRole(role: ADMIN)' : ''}`).join(' ')} }`
const strictSdl = itemSdl(3).replace('type Item', 'type Strict').replaceAll('String @', 'String! @')
export const list = build(
  `${itemSdl(3)} ${strictSdl} type Query { items(size: Int = 50): [Item] @auth stricts(size: Int = 50): [Strict] @auth me: Item @auth }`,
  {
    Query: {
      items: (_: unknown, { size }: { size: number }) => Array.from({ length: size }, () => item),
      stricts: (_: unknown, { size }: { size: number }) => Array.from({ length: size }, () => item),
      me: () => item,
    },
  },
)
export const everything = `{ items { ${fields.join(' ')} } }`
export const one = `{ me { ${fields.join(' ')} } }`
export const many = '{ items(size: 1000) { a b c } }'
export const strict = many.replace('items', 'stricts')

export const grown = (types: number) => {
  const sdl = Array.from({ length: types }, (_, index) => itemSdl(3).replace('type Item', `type Item${index}`))
  return build(
    `${sdl.join(' ')} type Query { ${sdl.map((_, index) => `items${index}: [Item${index}] @auth`).join(' ')} }`,
    {
      Query: { items0: () => Array.from({ length: 50 }, () => item) },
    },
  ).guarded
}
export const growth = everything.replace('items', 'items0')
