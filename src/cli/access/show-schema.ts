import { parseArgs } from 'node:util'
import { isEnumType, printSchema } from 'graphql'
import { schemaForRoles } from '../../directives/index.ts'
import { UsageError } from '../usage-error.ts'
import type { Subcommand, Surroundings } from './subcommand.ts'

/** `schema --as MEMBER`: prints the SDL as viewers with these roles see it. */
export const showSchema: Subcommand = (args, { schema, print }) => {
  const { values } = parseArgs({ args, options: { as: { type: 'string' } } })
  if (values.as === undefined) throw new UsageError('schema needs --as: anonymous, or roles separated by commas')
  print(printSchema(schemaForRoles(schema, parseRoles(values.as, schema))))
  return 0
}

/**
 * Reads whom a command is about: null is anonymous.
 *
 * @throws UsageError for a role that the schema does not have
 */
export function parseRoles(text: string, schema: Surroundings['schema']): string[] | null {
  if (text === 'anonymous') return null
  const role = schema.getType('Role')
  const known = isEnumType(role) ? role.getValues().map(({ name }) => name) : []
  const roles = text.split(',').map((name) => name.trim())
  const unknown = roles.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new UsageError(`--as should be anonymous, or some of ${known.join(', ')}, not "${unknown}"`)
  return roles
}
