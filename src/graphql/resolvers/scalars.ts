import { GraphQLError, type GraphQLScalarTypeConfig, Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import { GraphQLDateTimeISO, GraphQLEmailAddress } from 'graphql-scalars'

/** RFC 5321, section 4.5.3.1.3, less the angle brackets. */
const longestAddress = 254

// The library's own messages repeat what the client sent; these say what it should be, and nothing else.

const DateTime = defineScalar<Date>('DateTime', {
  expected: 'an RFC 3339 date-time such as 2026-01-31T09:30:00.000Z',
  parse: (text) => GraphQLDateTimeISO.parseValue(text),
  serialize: (value) => String(GraphQLDateTimeISO.serialize(value)),
})

const EmailAddress = defineScalar<string>('EmailAddress', {
  expected: `an e-mail address such as ada@example.com, at most ${longestAddress} characters`,
  parse(text) {
    if (text.length > longestAddress) throw new TypeError('too long')
    return GraphQLEmailAddress.parseValue(text)
  },
  serialize: String,
})

/** Any value that JSON has: how large it is, the limits of requests say. */
const anyJson: ScalarCoding<unknown> = {
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
}

/** How the values of each scalar are read and written; what it is and means stands in the schema. */
export const scalars = { DateTime, EmailAddress, JSON: anyJson }

export type ScalarCoding<Value> = Required<
  Pick<GraphQLScalarTypeConfig<Value, unknown>, 'serialize' | 'parseValue' | 'parseLiteral'>
>

interface ScalarDefinition<Value> {
  /** What it must be, for the one who sent something else. */
  expected: string
  /** Throws on whatever it is not. */
  parse(text: string): Value
  serialize(value: unknown): string
}

function defineScalar<Value>(
  name: string,
  { expected, parse, serialize }: ScalarDefinition<Value>,
): ScalarCoding<Value> {
  const parseValue = (value: unknown, nodes?: ValueNode): Value => {
    try {
      if (typeof value === 'string') return parse(value)
    } catch {
      // Why it does not fit is told by what would have.
    }
    throw new GraphQLError(`${name} must be ${expected}`, nodes ? { nodes } : {})
  }
  return {
    serialize,
    parseValue: (value) => parseValue(value),
    parseLiteral: (node) => parseValue(node.kind === Kind.STRING ? node.value : null, node),
  }
}
