import { useState } from 'react'
import { Button } from './button.tsx'

export interface PageInfo {
  hasNextPage: boolean
  endCursor?: string | null
}

export interface Paging {
  /** For the query's `after`. */
  after: string | null
  /** From 1. */
  page: number
  next(pageInfo: PageInfo): void
  previous(): void
  /** To the first page: call it when the list becomes another. */
  restart(): void
}

/** Where somebody is in a list by cursors. */
export function usePaging(): Paging {
  const [cursors, setCursors] = useState<readonly string[]>([])
  return {
    after: cursors.at(-1) ?? null,
    page: cursors.length + 1,
    next: ({ endCursor }) => endCursor && setCursors([...cursors, endCursor]),
    previous: () => setCursors(cursors.slice(0, -1)),
    restart: () => setCursors([]),
  }
}

interface Props {
  paging: Paging
  pageInfo: PageInfo
  /** What is told beside the buttons, such as how many there are. */
  summary?: string
}

export function Pager({ paging, pageInfo, summary }: Props) {
  const single = paging.page === 1 && !pageInfo.hasNextPage
  return (
    <nav className="pager" aria-label="Paging">
      <span role="status">
        {summary}
        {!single && `${summary ? ' · ' : ''}Page ${paging.page}`}
      </span>
      {!single && (
        <span className="buttons">
          <Button isDisabled={paging.page === 1} onPress={paging.previous}>
            Previous
          </Button>
          <Button isDisabled={!pageInfo.hasNextPage} onPress={() => paging.next(pageInfo)}>
            Next
          </Button>
        </span>
      )}
    </nav>
  )
}
