import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'

const StatusContext = createContext<(text: string) => void>(() => {})

/** Gives a function that tells, for eyes and screen readers alike, that something was done: `tell('Saved')`. */
export function useStatus(): (text: string) => void {
  return use(StatusContext)
}

/** Milliseconds for which it stays. */
const stay = 6000

export function StatusProvider({ children }: { children: ReactNode }) {
  const [told, setTold] = useState<{ text: string } | null>(null)
  const tell = useCallback((text: string) => setTold({ text }), [])
  useEffect(() => {
    if (!told) return
    const timer = setTimeout(() => setTold(null), stay)
    return () => clearTimeout(timer)
  }, [told])
  return (
    <StatusContext value={tell}>
      {children}
      <div className="status" role="status" aria-live="polite">
        {told && <p>{told.text}</p>}
      </div>
    </StatusContext>
  )
}
