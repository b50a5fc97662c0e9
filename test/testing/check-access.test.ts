import { type ExecutionArgs, execute } from 'graphql'
import { describe, expect, it } from 'vitest'
import { checkAccess, createAccessCheck, describeFinding } from '../../src/testing/index.ts'
import { authorize, buildTestSchema } from '../directives/harness.ts'
import { guardedInMatrix, withoutTypes } from './matrix-coordinates.ts'
import { createSource } from './schema-under-test.ts'

describe('checkAccess()', () => {
  const reports = checkAccess(createSource())

  it('finds nothing in a schema as it should be', async () => {
    expect((await reports).flatMap(({ findings }) => findings.map(describeFinding))).toEqual([])
  })

  it('runs operations for every coordinate that the access matrix has rules for, but those of interfaces', async () => {
    const covered = (await reports).filter(({ runs }) => runs > 0).map(({ coordinate }) => coordinate)
    expect(withoutTypes(covered)).toEqual(guardedInMatrix(createSource()))
  })

  it('says how many ways it tried and how many it left out', async () => {
    const letter = (await reports).find(({ coordinate }) => coordinate === 'Letter')
    expect(letter).toMatchObject({ ways: 40, leftOut: expect.any(Number) })
    expect(letter?.leftOut).toBeGreaterThan(0)
  })

  it('leaves out no field that leads to an object, however few ways it is told to try', async () => {
    const { check } = createAccessCheck(createSource(), { ways: 1 })
    const { ways } = await check('Stamp.value')
    const { ways: most } = await createAccessCheck(createSource(), { ways: 1000 }).check('Stamp.value')
    expect(ways).toBeGreaterThan(1)
    expect(ways).toBeLessThan(most)
  })
})

describe('createAccessCheck()', () => {
  const text = 'scalar Code type Query { coded(code: Code!): Code @auth }'

  it('names the scalar that it knows no value of', async () => {
    const { check } = createAccessCheck(withCode())
    await expect(check('Query.coded')).rejects.toThrow('options.scalars.Code should be a value of this scalar')
  })

  it('takes values for scalars from its options', async () => {
    const { check } = createAccessCheck(withCode(), { scalars: { Code: 'GH-0001' } })
    expect(await check('Query.coded')).toMatchObject({ findings: [], ways: 4 })
  })

  function withCode() {
    const parse = (value: unknown) => {
      if (value !== 'GH-0001') throw new TypeError('no code')
      return value
    }
    const schema = buildTestSchema(text)
    Object.assign(schema.getType('Code') ?? {}, { parseValue: parse, serialize: parse })
    return schema
  }

  it('runs operations by the executor that it is given', async () => {
    let runs = 0
    const executor = (args: ExecutionArgs) => {
      runs++
      return execute(args)
    }
    const report = await createAccessCheck(buildTestSchema('type Query { a: Int @auth }'), { executor }).check(
      'Query.a',
    )
    expect(report).toMatchObject({ findings: [], runs })
    expect(runs).toBeGreaterThan(0)
  })

  it('tries viewers of the user’s own', async () => {
    const source = () => buildTestSchema('type Query { a: Int @hasRole(role: ADMIN) }')
    const { runs } = await createAccessCheck(source()).check('Query.a')
    const viewers = { janitor: { id: '7', roles: ['JANITOR'] } }
    const report = await createAccessCheck(source(), { viewers }).check('Query.a')
    expect(report.findings).toEqual([])
    expect(report.runs).toBeGreaterThan(runs)
  })

  it('refuses a schema that is authorized already', () => {
    expect(() => createAccessCheck(authorize('type Query { a: Int @auth }'))).toThrow(
      'schema should be as it is before authorizeSchema',
    )
  })

  it('refuses a coordinate that is not its own', async () => {
    const { check } = createAccessCheck(createSource())
    await expect(check('Query.stranger')).rejects.toThrow('coordinate should be one of this check’s')
  })

  it('reaches objects however far from the root they are', async () => {
    const chain = Array.from({ length: 8 }, (_, index) => `type T${index} { next: T${index + 1} }`).join(' ')
    const source = buildTestSchema(
      `type Query { first: T0 @public } ${chain} type T8 { secret: Int @hasRole(role: ADMIN) }`,
    )
    expect(await createAccessCheck(source).check('T8.secret')).toMatchObject({ ways: 4, findings: [] })
  })

  it('tells of a coordinate that nothing leads to by running nothing', async () => {
    const source = buildTestSchema('type Query { a: Int @public } type Lost @auth { id: ID }')
    expect(await createAccessCheck(source).check('Lost.id')).toMatchObject({ ways: 0, runs: 0, findings: [] })
  })
})
