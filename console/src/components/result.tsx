import type { ReactNode } from 'react'
import { problemOf } from '../api/problem.ts'
import { ProblemNotice } from './notice.tsx'
import { Loading } from './page.tsx'

interface Query<Data> {
  data?: Data | undefined
  /** What was there before the list became another one: shown until the new one has come. */
  previousData?: Data | undefined
  error?: unknown
  loading: boolean
  refetch(): Promise<unknown>
}

/** What a query has come to: nothing yet, its data, or a problem with a way to try again. */
export function Result<Data>({ of: query, children }: { of: Query<Data>; children(data: Data): ReactNode }) {
  const { error, loading, refetch } = query
  const data = query.data ?? query.previousData
  return (
    <>
      {error !== undefined && !loading && (
        <ProblemNotice problem={problemOf(error)} onRetry={() => void refetch().catch(() => {})} />
      )}
      {loading && query.data === undefined && <Loading />}
      {data !== undefined && children(data)}
    </>
  )
}
