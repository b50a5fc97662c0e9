import { type GraphQLField, type GraphQLSchema, getNamedType, isCompositeType, isObjectType } from 'graphql'
import type { Answer } from './application-check.ts'
import { possibleTypes } from './approaches.ts'
import { type RuleReading, rulesOfGiven } from './rule-reading.ts'
import type { RuleText } from './rule-text.ts'
import { type Asker, judge } from './verdict.ts'
import { appliesTo, type HopArguments, type Way } from './way.ts'
import type { ResponsePath } from './world.ts'

/** What an answer says of its way's last field. */
export interface AnswerReading {
  /** In what the answer cannot be what the rules come to, whatever the data. */
  problems: string[]
  /** Whether a value of the last field is in the answer. */
  isSeen: boolean
}

const denialCodes: readonly unknown[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'REAUTHENTICATION_REQUIRED']

/** Holds an application's answer to what the rules can come to for whoever asks. */
export function readAnswer(
  schema: GraphQLSchema,
  rules: RuleReading,
  { hops }: Pick<Way, 'hops'>,
  args: HopArguments,
  asker: Asker,
  { data, errors = [] }: Answer,
): AnswerReading {
  const problems: string[] = []
  let isSeen = false
  const codes = new Map(errors.map(({ path, extensions }) => [plain(path ?? []), propertyOf(extensions, 'code')]))

  const expectDenial = (of: readonly RuleText[], path: ResponsePath) => {
    const code = codes.get(plain(path))
    const right = new Set([...(judge(of, asker, () => true) ?? []), ...(judge(of, asker, () => false) ?? [])])
    if (![...right].some((candidate) => candidate === code))
      problems.push(`${path.join('.')} says ${code ?? 'nothing'}, not ${[...right].join(' or ')}`)
  }

  const readField = (index: number, object: unknown, typeName: string, above: ResponsePath): void => {
    const hop = hops[index]
    if (!hop || !appliesTo(schema, hop, typeName)) return
    const path = [...above, hop.key]
    const value = propertyOf(object, hop.key) ?? null
    const field = hop.field && fieldOf(schema, typeName, hop.field.name)
    if (index === hops.length - 1 && value !== null) isSeen = true
    if (!field) return
    const ofField = [...rules.ofField(typeName, field.name), ...rulesOfGiven(rules, typeName, field, args[index] ?? {})]
    if (judge(ofField, asker, () => true)) {
      if (value === null) expectDenial(ofField, path)
      else problems.push(`${path.join('.')} is there, and its rules deny it whatever the data`)
    } else if (!judge([...ofField, ...rulesOfResult(field)], asker, () => false)) {
      const code = codes.get(plain(path))
      if (denialCodes.includes(code))
        problems.push(`${path.join('.')} says ${code}, and its rules allow it whatever the data`)
    }
    readValue(index, field, value, path)
  }

  const readValue = (
    index: number,
    field: GraphQLField<unknown, unknown>,
    value: unknown,
    path: ResponsePath,
  ): void => {
    if (Array.isArray(value)) {
      for (const [item, inner] of value.entries()) readValue(index, field, inner, [...path, item])
    } else if (isCompositeType(getNamedType(field.type)) && value !== null) {
      const typeName = String(propertyOf(value, '__typename'))
      if (judge(rules.ofObject(typeName), asker, () => true))
        problems.push(`${path.join('.')} is there, and the rules of ${typeName} deny it whatever the data`)
      readField(index + 1, value, typeName, path)
    }
  }

  const rulesOfResult = ({ type }: GraphQLField<unknown, unknown>) =>
    possibleTypes(schema, getNamedType(type)).flatMap(({ name }) => rules.ofObject(name))

  const [root] = hops
  if (root) readField(0, data, root.type.name, [])
  return { problems, isSeen }
}

function plain(path: ResponsePath): string {
  return path.join('.')
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined
}

function fieldOf(schema: GraphQLSchema, typeName: string, name: string): GraphQLField<unknown, unknown> | null {
  const type = schema.getType(typeName)
  return isObjectType(type) ? (type.getFields()[name] ?? null) : null
}
