import { type ReactNode, useEffect, useRef } from 'react'

let shown = 0

/**
 * The heading of a page. A new page begins at it, for the eye and for screen readers: it takes the focus, and the title of
 * the window.
 */
export function PageHeading({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Gatehouse`
  }, [title])
  useEffect(() => {
    // The first page begins where the browser begins.
    shown += 1
    if (shown > 1) heading.current?.focus()
  }, [])
  return (
    <div className="page-heading">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  )
}

/** A part of a page with a heading of its own. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="section" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  )
}

/** Something is being read. */
export function Loading({ what = 'Loading' }: { what?: string }) {
  return (
    <div className="loading" role="status">
      <span className="bar" aria-hidden="true" />
      <span className="visually-hidden">{what}…</span>
    </div>
  )
}

/** In the place of a list that holds nothing. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>
}
