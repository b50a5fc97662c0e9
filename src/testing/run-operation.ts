import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  parse,
  subscribe,
  validate,
} from 'graphql'

/** Runs an operation as graphql does. */
export function runWithGraphql(args: ExecutionArgs): unknown {
  const isSubscription = args.document.definitions.some(
    (definition) => 'operation' in definition && definition.operation === 'subscription',
  )
  return isSubscription ? subscribe(args) : execute(args)
}

/** Gives a response, or the first event of a stream, which is ended. */
export async function firstResult(running: unknown): Promise<ExecutionResult> {
  const result = await running
  if (!isStream(result)) return isResult(result) ? result : {}
  const { value, done } = await result.next()
  await result.return?.()
  return done || !isResult(value) ? {} : value
}

function isStream(result: unknown): result is AsyncIterator<unknown> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result
}

function isResult(result: unknown): result is ExecutionResult {
  return typeof result === 'object' && result !== null && ('data' in result || 'errors' in result)
}

/** @throws TypeError with the text of an operation that is not valid */
export function parseValid(schema: GraphQLSchema, text: string): DocumentNode {
  const document = parse(text)
  const [error] = validate(schema, document)
  if (error) throw new TypeError(`${error.message}: ${text}`)
  return document
}
