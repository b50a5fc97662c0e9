import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExecutableSchema } from '../../src/graphql/schema.ts'
import { type Permission, RevokeSessionDocument } from '../support/__generated__/operations.ts'
import { refusals } from '../support/client.ts'
import { dataOf, type House, openHouse } from '../support/house.ts'
import { createProgram, createToken } from '../support/program.ts'

const schema = createExecutableSchema()

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

describe('every operation of the schema, by an API token', () => {
  const fieldsOf = (type: GraphQLObjectType | null | undefined, kind: 'query' | 'mutation') =>
    Object.values(type?.getFields() ?? {}).map((field) => ({
      kind,
      name: field.name,
      text: writeOperation(kind, field),
      ...demandsOf(field),
    }))
  const operations = [...fieldsOf(schema.getQueryType(), 'query'), ...fieldsOf(schema.getMutationType(), 'mutation')]
  const ofBrowsers = operations.filter(({ interactive }) => interactive)
  const ofPermissions = operations.filter(({ permissions }) => permissions.length > 0)

  /** Refuses it at its field: a mutation whole, before it runs. */
  async function expectForbidden(token: string, { kind, name, text }: (typeof operations)[number]) {
    const before = house.dump()
    const answer = await createProgram(house.server.url, token).execute(text)
    expect(refusals(answer)).toEqual([['FORBIDDEN', name]])
    expect(answer.body.data).toEqual(kind === 'mutation' ? undefined : { [name]: null })
    expect(house.dump()).toEqual(before)
  }

  const tokens = { scopeless: '', all: '', own: '', audit: '' }
  beforeAll(async () => {
    const tokenOf = async (permissions: Permission[] | null) => (await createToken(house.as.admin, permissions)).token
    tokens.scopeless = await tokenOf([])
    tokens.all = await tokenOf(null)
    tokens.own = await tokenOf(['ACCOUNT_READ'])
    tokens.audit = await tokenOf(['AUDIT_READ'])
  })

  it('asks for a browser, or a permission, or lets anybody past: some of each are here', () => {
    const names = (some: typeof operations) => some.map(({ name }) => name)
    expect(names(ofBrowsers)).toEqual(expect.arrayContaining(['createApiToken', 'changePassword', 'updateProfile']))
    expect(names(ofPermissions)).toEqual(expect.arrayContaining(['users', 'auditEvents', 'createDocument']))
    expect(
      names(operations.filter(({ interactive, permissions }) => !interactive && permissions.length === 0)),
    ).toEqual(expect.arrayContaining(['session', 'me', 'login', 'logout']))
  })

  it.each(ofBrowsers)('$name takes a browser: no API token will do, whatever its scopes', async (operation) => {
    for (const token of [tokens.scopeless, tokens.all]) await expectForbidden(token, operation)
  })

  it.each(ofPermissions)('$name is refused for a token without its scope', async (operation) => {
    const other = operation.permissions.includes('ACCOUNT_READ') ? tokens.audit : tokens.own
    for (const token of [tokens.scopeless, other]) await expectForbidden(token, operation)
  })

  it.each(ofPermissions.filter(({ interactive }) => !interactive))(
    '$name gets past the rules that stand on it for a token with its scope',
    async ({ kind, name, permissions: [permission], text }) => {
      if (!permission) return expect.unreachable()
      // What most of them answer with, a document, has a rule of its own.
      const { token, session } = await createToken(house.as.admin, [permission, 'DOCUMENT_READ'])
      const answer = await createProgram(house.server.url, token).execute(text)
      expect(answer.status).toBe(200)
      if (kind === 'query') expect(refusals(answer)).toEqual([])
      // The object does not exist: that is answered by the resolver, or by the list that grants access to it.
      for (const [code] of refusals(answer)) expect(['NOT_FOUND', 'BAD_USER_INPUT', 'FORBIDDEN']).toContain(code)
      expect(answer.body.data).toHaveProperty(name)
      dataOf(await house.as.admin.execute(RevokeSessionDocument, { id: session.id }))
    },
  )
})

/** What a root field asks of the viewer alone, by its directives. */
function demandsOf({ astNode }: GraphQLField<unknown, unknown>) {
  const known = schema.getType('Permission')
  const names: Permission[] = isEnumType(known) ? known.getValues().map(({ value }) => value) : []
  const directives = astNode?.directives ?? []
  const argumentsOf = (directive: string) =>
    directives.filter(({ name }) => name.value === directive).flatMap((found) => found.arguments ?? [])
  const asked = argumentsOf('hasPermission').flatMap(({ value }) => (value.kind === 'ListValue' ? value.values : []))
  return {
    interactive: argumentsOf('auth').some(({ name }) => ['maxAge', 'interactive'].includes(name.value)),
    permissions: names.filter((name) => asked.some((value) => value.kind === 'EnumValue' && value.value === name)),
  }
}

/** Writes the shortest operation that selects the field, with some value for each argument that it needs. */
function writeOperation(kind: string, field: GraphQLField<unknown, unknown>): string {
  const needed = field.args.filter(isRequiredArgument).map(({ name, type }) => `${name}: ${someValue(type)}`)
  return `${kind} { ${field.name}${needed.length > 0 ? `(${needed.join(', ')})` : ''}${isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'} }`
}

const scalars: Record<string, string> = { Int: '1', Boolean: 'true', EmailAddress: '"nobody@example.com"', JSON: '{}' }

function someValue(type: GraphQLInputType): string {
  if (isNonNullType(type)) return someValue(type.ofType)
  if (isListType(type)) return `[${someValue(type.ofType)}]`
  if (isEnumType(type)) return type.getValues()[0]?.name ?? ''
  if (!isInputObjectType(type)) return scalars[type.name] ?? '"00000000-0000-7000-8000-000000000000"'
  const fields = Object.values(type.getFields())
  const given = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField)
  return `{ ${given.map(({ name, type: of }) => `${name}: ${someValue(of)}`).join(', ')} }`
}
