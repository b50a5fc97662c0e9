import { type ASTVisitor, GraphQLError, type OperationDefinitionNode, type ValidationContext } from 'graphql'
import { createMeasure, immeasurable, itemsOfList, type Measure } from './operation-measure.ts'

/** Tokens of an operation's text: its parser stops there. */
export const maxTokens = 1000

/** Faults that are told of a document: its validation stops there, since each costs more than the text it is about. */
export const maxErrors = 20

/** How much an operation may ask for; every figure is for the operation with its fragments expanded. */
interface Limit {
  /** What is counted, as the error names it. */
  name: string
  most: number
  of(measure: Measure): number
}

const limits: readonly Limit[] = [
  { name: 'levels of fields', most: 12, of: ({ depth }) => depth },
  // The standard introspection query needs all of them.
  { name: 'levels of introspection', most: 15, of: ({ introspectionDepth }) => introspectionDepth },
  { name: 'aliases', most: 30, of: ({ aliases }) => aliases },
  { name: 'root fields', most: 10, of: ({ fields }) => fields },
  { name: 'directives', most: 20, of: ({ directives }) => directives },
  { name: 'selections', most: 5_000, of: ({ selections }) => selections },
  // Lists in lists: five of twenty items each are three million.
  { name: `fields, with ${itemsOfList} items in each list`, most: 100_000, of: ({ answered }) => answered },
  // So that a thousand passwords cannot be tried in one request.
  { name: 'fields that check a credential', most: 1, of: ({ credentialChecks }) => credentialChecks },
]

/** Refuses operations that ask for too much, before anything runs; fragments cost what they expand to. */
export function limitsRule(context: ValidationContext): ASTVisitor {
  const measure = createMeasure(context.getSchema(), context.getDocument())
  return {
    OperationDefinition(operation) {
      const measured = measure(operation)
      for (const { name, most, of } of limits) {
        const found = of(measured)
        if (found > most) context.reportError(tooMany(name, most, found, operation))
      }
      return false
    },
    FragmentDefinition: () => false,
  }
}

function tooMany(name: string, most: number, found: number, operation: OperationDefinitionNode): GraphQLError {
  const count = found >= immeasurable ? `${immeasurable} or more` : found
  return new GraphQLError(
    `The operation has too many ${name}: ${count}, and at most ${most} ${most === 1 ? 'is' : 'are'} allowed`,
    {
      nodes: operation,
    },
  )
}
