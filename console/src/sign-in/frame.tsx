import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { PageHeading } from '../components/page.tsx'

/** What the pages around signing in look like: one card, and other ways below it. */
export function Frame({ title, children, below }: { title: string; children: ReactNode; below?: ReactNode }) {
  return (
    <div className="narrow frame">
      <PageHeading title={title} />
      <div className="card">{children}</div>
      {below && <div className="below">{below}</div>}
    </div>
  )
}

/** Where somebody wanted to go before they were asked to sign in: a path of the console's. */
export function useFrom(): string {
  const [search] = useSearchParams()
  const from = search.get('from') ?? '/'
  return /^\/(?![/\\])/.test(from) ? from : '/'
}

/** A link among these pages, which keeps where somebody wanted to go. */
export function WayLink({ to, children }: { to: string; children: ReactNode }) {
  const from = useFrom()
  return <Link to={from === '/' ? to : `${to}?${new URLSearchParams({ from })}`}>{children}</Link>
}
