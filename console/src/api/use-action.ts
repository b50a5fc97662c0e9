import type { OperationVariables, TypedDocumentNode } from '@apollo/client'
import { useApolloClient } from '@apollo/client/react'
import { useCallback, useState } from 'react'
import { type Problem, problemOf } from './problem.ts'

export interface Action<Data, Variables> {
  /** Gives the data, or null where there was a problem. */
  run(variables: Variables): Promise<Data | null>
  problem: Problem | null
  busy: boolean
  /** Forgets the problem. */
  reset(): void
}

/** A mutation that somebody starts, with what came of it: what `<Form>` and `<ProblemNotice>` show. */
export function useAction<Data, Variables extends OperationVariables>(
  mutation: TypedDocumentNode<Data, Variables>,
): Action<Data, Variables> {
  const client = useApolloClient()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const run = useCallback(
    async (variables: Variables) => {
      setBusy(true)
      setProblem(null)
      try {
        const { data } = await client.mutate<Data, OperationVariables>({ mutation, variables })
        return data ?? null
      } catch (error) {
        setProblem(problemOf(error))
        return null
      } finally {
        setBusy(false)
      }
    },
    [client, mutation],
  )
  const reset = useCallback(() => setProblem(null), [])
  return { run, problem, busy, reset }
}
