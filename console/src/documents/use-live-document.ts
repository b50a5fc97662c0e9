import { useApolloClient } from '@apollo/client/react'
import { print } from 'graphql'
import { useEffect, useEffectEvent, useState } from 'react'
import {
  DocumentChangedDocument,
  type DocumentChangedSubscription,
  DocumentDocument,
} from '../__generated__/document.ts'
import { useSession } from '../session/session.tsx'

/**
 * `open`: what others change is shown by itself. `cut`: it is not for now, and the stream is opened again by and by.
 * `over`: the document may not be read any more, or is not there.
 */
export type LiveState = 'opening' | 'open' | 'cut' | 'over'

interface Told {
  data?: DocumentChangedSubscription | null
  errors?: { path?: (string | number)[]; extensions?: { code?: string } }[]
}

/** Milliseconds until a stream that was refused is asked for again, each time twice as many. */
const patience = { least: 2000, most: 60_000 }

/**
 * Keeps what is known of a document as it is on the server, for as long as it is shown: by server-sent events, which the
 * browser reads with its cookie. What happened while nobody listened is read once the stream is open.
 */
export function useLiveDocument(id: string): LiveState {
  const client = useApolloClient()
  const { sessionEnded } = useSession()
  const [state, setState] = useState<LiveState>('opening')
  const onSessionOver = useEffectEvent(sessionEnded)

  useEffect(() => {
    let events: EventSource | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let wait = patience.least
    const read = () => client.query({ query: DocumentDocument, variables: { id }, ...freshAndPartial }).catch(() => {})

    const take = ({ data, errors = [] }: Told) => {
      if (data?.documentChanged) {
        client.writeQuery({
          query: DocumentDocument,
          variables: { id },
          data: { document: data.documentChanged },
        })
        return
      }
      events?.close()
      const isSessionOver = errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
      if (isSessionOver) onSessionOver()
      else setState('over')
    }

    const open = () => {
      const query = print(client.cache.transformDocument(DocumentChangedDocument))
      events = new EventSource(`/graphql?${new URLSearchParams({ query, variables: JSON.stringify({ id }) })}`)
      events.addEventListener('open', () => {
        wait = patience.least
        setState('open')
        void read()
      })
      events.addEventListener('next', ({ data }) => take(JSON.parse(data)))
      events.addEventListener('complete', () => events?.close())
      events.addEventListener('error', () => {
        setState((before) => (before === 'over' ? before : 'cut'))
        // A connection that broke comes again by itself; one that was refused, as where too many are open, does not.
        if (events?.readyState !== EventSource.CLOSED) return
        timer = setTimeout(open, wait)
        wait = Math.min(2 * wait, patience.most)
      })
    }
    setState('opening')
    open()
    return () => {
      clearTimeout(timer)
      events?.close()
    }
  }, [client, id])
  return state
}

/** What of a document is not for the viewer is missing, and no reason to show nothing. */
export const freshAndPartial = { fetchPolicy: 'network-only', errorPolicy: 'all' } as const
