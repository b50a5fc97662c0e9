import { readdirSync } from 'node:fs'
import {
  getLocation,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessLevels } from '../../src/access/access-grant.ts'
import { auditActions } from '../../src/audit/audit-event.ts'
import { assertSealed } from '../../src/directives/index.ts'
import { createExecutableSchema, createSchema, readSchemaDocument } from '../../src/graphql/schema.ts'
import { roles } from '../../src/identity/user.ts'
import { openApplication, type TestApplication } from './application.ts'

const schema = createExecutableSchema()
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
)

interface Described {
  description?: string | null | undefined
}

/** Everything that Sandbox shows, by coordinate. */
function* elements(): Generator<[coordinate: string, element: Described]> {
  for (const directive of schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive))) {
    yield [`@${directive.name}`, directive]
    for (const argument of directive.args) yield [`@${directive.name}(${argument.name}:)`, argument]
  }
  for (const type of types) {
    yield [type.name, type]
    if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value]
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field]
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field]
      for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name}:)`, argument]
    }
  }
}

function valuesOf(name: string): string[] {
  const type = schema.getType(name)
  if (!isEnumType(type)) throw new Error(`${name} is no enum`)
  return type.getValues().map((value) => value.name)
}

describe('readSchemaDocument()', () => {
  it('reads every file of schema/ and knows where each definition stands', () => {
    const files = readdirSync('schema').map((name) => `schema/${name}`)
    const { definitions } = readSchemaDocument()
    const sources = new Set(definitions.map(({ loc }) => loc?.source.name))
    expect([...sources].sort()).toEqual(files.sort())
    for (const { loc } of definitions) expect(loc && getLocation(loc.source, loc.start).line).toBeGreaterThan(0)
  })
})

describe('createExecutableSchema()', () => {
  it('describes every type, field, argument, enum value and directive', () => {
    const undescribed = [...elements()].filter(([, { description }]) => !description?.trim())
    expect(undescribed.map(([coordinate]) => coordinate)).toEqual([])
  })

  it.each([
    ['Role', roles],
    ['AccessLevel', accessLevels],
    ['AuditAction', auditActions],
  ])('has the values of enum %s that the code has', (name, constants) => {
    expect(valuesOf(name)).toEqual([...constants])
  })

  it('keeps every directive, repeated ones and those of extended types too', () => {
    const field = schema.getMutationType()?.getFields().updateDocument
    expect(field?.astNode?.directives?.map(({ name }) => name.value)).toEqual(['hasPermission', 'allow'])
    const document = schema.getType('Document')
    expect(document?.astNode?.directives?.map(({ name }) => name.value)).toEqual(['hasPermission', 'allow'])
  })

  it('resolves every field that the domains’ objects do not have', () => {
    const resolved = types.filter(isObjectType).flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ resolve }) => resolve)
        .map(({ name }) => `${type.name}.${name}`),
    )
    const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}).map((name) => `${type?.name}.${name}`),
    )
    expect(resolved).toEqual(expect.arrayContaining(rootFields))
  })
})

describe('createSchema()', () => {
  let app: TestApplication
  beforeAll(async () => {
    app = await openApplication()
  })
  afterAll(() => app.close())

  it('is sealed, so that nothing changes its resolvers unseen', () => {
    const sealed = createSchema({ application: app.application, onError: () => {} })
    expect(() => assertSealed(sealed)).not.toThrow()
    expect(() => assertSealed(schema)).toThrow()
  })
})
