import type { Problem } from './api/problem.ts'
import { Brand } from './components/brand.tsx'
import { ProblemNotice } from './components/notice.tsx'
import { Loading } from './components/page.tsx'

/** Before it is known who is in front of the page: something is on its way, or nothing answers. */
export function Unreachable({ problem, onRetry }: { problem: Problem | null; onRetry(): void }) {
  return (
    <>
      <header className="banner">
        <Brand />
      </header>
      <main className="page narrow">
        {problem ? <ProblemNotice problem={problem} onRetry={onRetry} /> : <Loading />}
      </main>
    </>
  )
}
