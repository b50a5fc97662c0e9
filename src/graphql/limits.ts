import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type ValidationContext,
} from 'graphql'
import { createMeasure, immeasurable, itemsOfList, type Measure } from './operation-measure.ts'
import { createRepetition } from './repeated-objects.ts'

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

const mostSelections = 5_000

const limits: readonly Limit[] = [
  { name: 'levels of fields', most: 12, of: ({ depth }) => depth },
  // The standard introspection query needs all of them.
  { name: 'levels of introspection', most: 15, of: ({ introspectionDepth }) => introspectionDepth },
  { name: 'fields __schema', most: 1, of: ({ schemas }) => schemas },
  { name: 'aliases', most: 30, of: ({ aliases }) => aliases },
  { name: 'root fields', most: 10, of: ({ fields }) => fields },
  { name: 'directives', most: 20, of: ({ directives }) => directives },
  { name: 'selections', most: mostSelections, of: ({ selections }) => selections },
  // Lists in lists: five of twenty items each are three million.
  {
    name: `fields, with full pages and ${itemsOfList} items in every other list`,
    most: 25_000,
    of: ({ answered }) => answered,
  },
  // So that a thousand passwords cannot be tried in one request.
  { name: 'fields that check a credential', most: 1, of: ({ credentialChecks }) => credentialChecks },
]

/** Past as many components of a page as may each ask for the viewer, say. Counted where nothing else is too many. */
const repetitions = { name: 'selections of one object', most: 50 }

/** Everything that an operation is held to, as errors name it. */
export const operationLimits: readonly Pick<Limit, 'name' | 'most'>[] = [...limits, repetitions]

/**
 * Refuses operations that ask for too much, before anything runs; fragments cost what they expand to. What it refuses
 * is not looked through for other faults: that may cost a thousand times what it costs to measure.
 */
export function limitsRule(context: ValidationContext): ASTVisitor {
  const document = context.getDocument()
  const measure = createMeasure(context.getSchema(), document)
  const repetition = createRepetition(document, 2 * mostSelections)

  const measuredFaults = (operation: OperationDefinitionNode): GraphQLError[] => {
    const measured = measure(operation)
    return limits.flatMap((limit) => {
      const found = limit.of(measured)
      return found > limit.most ? [tooMany(limit, found, operation)] : []
    })
  }

  const repetitionFaults = (definition: OperationDefinitionNode | FragmentDefinitionNode): GraphQLError[] => {
    const found = repetition.of(definition)
    return found > repetitions.most ? [tooMany(repetitions, found, definition)] : []
  }

  return {
    Document(node) {
      const operations = node.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION)
      const fragments = node.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
      const faults = operations.flatMap(measuredFaults)
      if (faults.length === 0) faults.push(...operations.flatMap(repetitionFaults))
      // What nothing spreads is compared all the same.
      if (faults.length === 0)
        for (const each of fragments) if (!repetition.includes(each)) faults.push(...repetitionFaults(each))
      for (const fault of faults) context.reportError(fault)
      // In the document's place, so that no other rule goes into it.
      return faults.length > 0 ? { ...node, definitions: [] } : undefined
    },
    OperationDefinition: () => false,
    FragmentDefinition: () => false,
  }
}

function tooMany(
  { name, most }: Pick<Limit, 'name' | 'most'>,
  found: number,
  definition: OperationDefinitionNode | FragmentDefinitionNode,
): GraphQLError {
  const what = definition.kind === Kind.OPERATION_DEFINITION ? 'operation' : 'fragment'
  const count = found >= immeasurable ? `${immeasurable} or more` : found
  return new GraphQLError(
    `The ${what} has too many ${name}: ${count}, and at most ${most} ${most === 1 ? 'is' : 'are'} allowed`,
    { nodes: definition },
  )
}
