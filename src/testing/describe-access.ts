import type { GraphQLSchema } from 'graphql'
import { describe, it } from 'vitest'
import { type ApplicationOptions, createApplicationCheck } from './application-check.ts'
import { type AccessFinding, type AccessOptions, createAccessCheck } from './check-access.ts'

/**
 * Registers one Vitest test for each guarded coordinate of a schema. Each runs every way to it as every viewer, and fails
 * with what was not as the SDL has it. With `options.execute` these are run on the application's own resolvers and data,
 * otherwise on made-up ones, of which more can be told.
 *
 * @param schema - executable, as it is before `authorizeSchema`
 * @throws SchemaPolicyError when `authorizeSchema` does
 */
export function describeAccess(schema: GraphQLSchema, options: AccessOptions | ApplicationOptions = {}): void {
  const isApplication = 'execute' in options
  const { coordinates, check } = isApplication
    ? createApplicationCheck(schema, options)
    : createAccessCheck(schema, options)
  describe('access', () => {
    it.each(coordinates)('of %s is as the schema has it', async (coordinate) => {
      const { findings } = await check(coordinate)
      if (findings.length > 0) throw new Error(findings.map(describeFinding).join('\n\n'))
    })
  })
}

/** Gives a finding as people read it. */
export function describeFinding({ coordinate, problem, run }: AccessFinding): string {
  if (!run) return `${coordinate}: ${problem}`
  const { operation, variables, viewer, world } = run
  return `${coordinate}: ${problem}\n  as ${viewer}, where ${world}:\n  ${operation}\n  ${JSON.stringify(variables)}`
}
