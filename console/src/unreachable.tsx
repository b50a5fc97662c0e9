import type { Problem } from './api/problem.ts'
import { ProblemNotice } from './components/notice.tsx'
import { Loading } from './components/page.tsx'

/** Before it is known who is in front of the page: something is on its way, or nothing answers. */
export function Unreachable({ problem, onRetry }: { problem: Problem | null; onRetry(): void }) {
  if (!problem) return <Loading />
  return (
    <main className="page narrow">
      <ProblemNotice problem={problem} onRetry={onRetry} />
    </main>
  )
}
