import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import {
  type Explanation,
  explainOperation,
  mostExplained,
  type RoleSet,
  smallestRoleSets,
} from '../directives/index.ts'
import { InputError } from '../errors.ts'
import { type Role, roles } from '../identity/user.ts'
import type { AccessExplanation, AccessExplanationPart, QueryExplainAccessArgs } from './__generated__/resolvers.ts'
import { describeCells } from './access-matrix.ts'
import { maxTokens } from './limits.ts'
import { validationRules } from './validation-rules.ts'

const viewers = ['anonymous', ...roles] as const

/** Faults of an operation that are told. */
const mostFaults = 5

/**
 * Tells what each part of an operation comes to for everyone. The operation is held to all that one that runs is held
 * to, and is not run.
 *
 * @param now - when the roles are taken to have signed in
 */
export function explainAccess(
  schema: GraphQLSchema,
  { query, operationName, variables }: QueryExplainAccessArgs,
  now: Date,
): AccessExplanation {
  const document = readDocument(schema, query)
  if (!getOperationAST(document, operationName || null))
    throw new InputError('operationName', 'operationName must name one operation of the text')
  const request = { document, operationName, variableValues: readVariables(variables) }
  const smallest = findSmallest(schema, request)
  const explained = viewers.map((name) => {
    const viewer = name === 'anonymous' ? null : { id: 'anybody', roles: [name], authenticatedAt: now }
    return explainOperation(schema, { ...request, viewer })
  })
  // The places are the same for everyone, and in the same order.
  const parts = (explained[0] ?? []).map((_, index) => describePart(explained.flatMap((told) => told[index] ?? [])))
  return {
    roles: [...roles],
    smallestRoleSets: smallest.map(describeSet),
    parts,
    complete: parts.length < mostExplained,
  }
}

/** @throws InputError with what is wrong with the text */
function readDocument(schema: GraphQLSchema, query: string): DocumentNode {
  let document: DocumentNode
  try {
    document = parse(query, { maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const [place] = error.locations ?? []
    throw new InputError('query', `The text cannot be read${place ? `, in line ${place.line}` : ''}: ${error.message}`)
  }
  const faults = validate(schema, document, [...specifiedRules, ...validationRules], { maxErrors: mostFaults })
  if (faults.length > 0) throw new InputError('query', faults.map(({ message }) => message).join('\n'))
  return document
}

function readVariables(variables: unknown): Record<string, unknown> {
  if (variables === null || variables === undefined) return {}
  if (typeof variables === 'object' && !Array.isArray(variables)) return { ...variables }
  throw new InputError('variables', 'variables must be an object')
}

function findSmallest(schema: GraphQLSchema, request: Parameters<typeof smallestRoleSets>[1]): RoleSet[] {
  try {
    return smallestRoleSets(schema, request)
  } catch (error) {
    if (error instanceof GraphQLError) throw new InputError('variables', error.message)
    throw error
  }
}

function describeSet(set: RoleSet) {
  return { signedIn: set !== null, roles: (set ?? []) as Role[] }
}

/** @param told - what the same place comes to, for each of the viewers */
function describePart(told: readonly Explanation[]): AccessExplanationPart {
  const [{ path = [], coordinate = '', rules = [] } = {}] = told
  const cellsBy = (decisionOf: (each: Explanation) => Explanation['decision']) =>
    describeCells(Object.fromEntries(told.map((each, index) => [viewers[index] ?? '', decisionOf(each)])))
  return {
    path: [...path],
    coordinate,
    ...cellsBy(({ decision }) => decision),
    rules: rules.map(({ rule, standsOn, location }, index) => ({
      text: rule,
      coordinate: standsOn,
      location,
      ...cellsBy((each) => each.rules[index]?.decision ?? 'deny'),
    })),
  }
}
