import { type ReactNode, useEffect, useState } from 'react'
import type { Problem } from '../api/problem.ts'
import { Button } from './button.tsx'

type Kind = 'info' | 'success' | 'warning' | 'problem'

/** Something to read before going on. A problem is read out at once. */
export function Notice({ kind = 'info', children }: { kind?: Kind; children: ReactNode }) {
  return (
    <div className={`notice ${kind}`} role={kind === 'problem' ? 'alert' : kind === 'success' ? 'status' : undefined}>
      {children}
    </div>
  )
}

interface ProblemProps {
  problem: Problem
  onRetry?: () => void
  /** Told elsewhere: shown nowhere, and still counted down where there is something to wait for. */
  hidden?: boolean
}

/** What went wrong and what to do next; with the seconds to wait where the server limits how often. */
export function ProblemNotice({ problem, onRetry, hidden = false }: ProblemProps) {
  const seconds = useCountdown(problem)
  if (hidden) return null
  return (
    <Notice kind="problem">
      <p>{problem.message}</p>
      {problem.retryAfter > 0 && (
        <p aria-hidden="true">{seconds > 0 ? `You can try again in ${seconds} s.` : 'You can try again now.'}</p>
      )}
      {onRetry && (
        <Button onPress={onRetry} isDisabled={seconds > 0}>
          Try again
        </Button>
      )}
    </Notice>
  )
}

/** The seconds that are left to wait. */
export function useCountdown(problem: Problem | null): number {
  const [until, setUntil] = useState(0)
  const [now, setNow] = useState(0)
  useEffect(() => {
    const begun = Date.now()
    setNow(begun)
    setUntil(begun + (problem?.retryAfter ?? 0) * 1000)
    if (!problem?.retryAfter) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [problem])
  return Math.max(0, Math.ceil((until - now) / 1000))
}
