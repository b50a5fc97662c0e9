import type { ReactNode } from 'react'
import { problemOf } from '../api/problem.ts'
import { ProblemNotice } from './notice.tsx'
import { Loading } from './page.tsx'

interface Query<Data> {
  data?: Data | undefined
  error?: unknown
  loading: boolean
  refetch(): Promise<unknown>
}

/** What a query has come to: nothing yet, its data, or a problem with a way to try again. */
export function Result<Data>({ of: query, children }: { of: Query<Data>; children(data: Data): ReactNode }) {
  const { data, error, loading, refetch } = query
  return (
    <>
      {error !== undefined && !loading && (
        <ProblemNotice problem={problemOf(error)} onRetry={() => void refetch().catch(() => {})} />
      )}
      {data === undefined ? loading && <Loading /> : children(data)}
    </>
  )
}
