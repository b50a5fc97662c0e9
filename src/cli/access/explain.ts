import { readFileSync } from 'node:fs'
import { parseArgs, styleText } from 'node:util'
import { type DocumentNode, GraphQLError, parse, validate } from 'graphql'
import { type Explanation, explainOperation, type RoleSet, smallestRoleSets } from '../../directives/index.ts'
import { UsageError } from '../usage-error.ts'
import { parseRoles } from './show-schema.ts'
import type { Subcommand, Surroundings } from './subcommand.ts'

/** `explain 'query …' --as EDITOR`, or `--who`: tells why, or who. */
export const explain: Subcommand = (args, { schema, print, colours }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      as: { type: 'string' },
      who: { type: 'boolean' },
      variables: { type: 'string' },
      operation: { type: 'string' },
    },
  })
  const [source, ...others] = positionals
  if (source === undefined || others.length > 0) throw new UsageError('explain needs one operation, in quotes')
  if ((values.as === undefined) === (values.who !== true)) throw new UsageError('explain needs --as or --who')
  const request = {
    document: parseOperation(source === '-' ? readFileSync(0, 'utf8') : source, schema),
    operationName: values.operation,
    variableValues: parseVariables(values.variables),
  }
  try {
    if (values.as === undefined) print(describeSets(smallestRoleSets(schema, request)))
    else {
      const roles = parseRoles(values.as, schema)
      const viewer = roles && { id: 'anybody', roles, authenticatedAt: new Date() }
      print(
        explainOperation(schema, { ...request, viewer })
          .map((each) => render(each, colours))
          .join('\n'),
      )
    }
  } catch (error) {
    // What the operation or its variables lack: whoever gave them has to give others.
    if (error instanceof TypeError || error instanceof GraphQLError) throw new UsageError(error.message)
    throw error
  }
  return 0
}

/** @throws UsageError with every fault of the operation */
function parseOperation(source: string, schema: Surroundings['schema']): DocumentNode {
  try {
    const document = parse(source)
    const faults = validate(schema, document)
    if (faults.length > 0) throw new UsageError(faults.map(({ message }) => message).join('\n'))
    return document
  } catch (error) {
    if (error instanceof GraphQLError) throw new UsageError(`The operation cannot be read: ${error.message}`)
    throw error
  }
}

function parseVariables(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Told below, as for any other JSON that is no object.
  }
  throw new UsageError(`--variables should be a JSON object, not ${text}`)
}

const faces = { allow: ['✓', 'green'], deny: ['✗', 'red'], conditional: ['?', 'yellow'] } as const

function render({ coordinate, path, decision, code, rules }: Explanation, colours: boolean): string {
  const paint = (kind: Explanation['decision'], text: string) =>
    colours ? styleText(faces[kind][1], text, { validateStream: false }) : text
  const outcome = paint(decision, `${faces[decision][0]} ${code ?? decision}`)
  return [
    `${path.join('.')}  ${coordinate}  ${outcome}`,
    ...rules.map(
      (rule) => `    ${paint(rule.decision, faces[rule.decision][0])} ${rule.rule}  ${rule.standsOn}, ${rule.location}`,
    ),
  ].join('\n')
}

function describeSets(sets: readonly RoleSet[]): string {
  if (sets.length === 0) return 'Nobody may run this.'
  return sets
    .map((set) => {
      if (set === null) return 'anonymous'
      return set.length === 0 ? 'anybody who is signed in' : set.join(' and ')
    })
    .join('\n')
}
