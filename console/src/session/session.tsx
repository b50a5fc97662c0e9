import type { ApolloClient } from '@apollo/client'
import { ApolloProvider } from '@apollo/client/react'
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { OfferedDocument } from '../__generated__/offered.ts'
import { CurrentSessionDocument, type CurrentSessionQuery, LogoutDocument } from '../__generated__/session.ts'
import { createApi } from '../api/client.ts'
import { everything, type Offers, offersOf } from '../api/offers.ts'
import { hasCode, type Problem, problemOf } from '../api/problem.ts'
import { useStatus } from '../components/status.tsx'
import { Reauthentication } from './reauthentication.tsx'

export type Session = NonNullable<CurrentSessionQuery['session']>

interface SessionState {
  /** Who is signed in; null when nobody is. */
  session: Session | null
  /** Whether a session was there, and is over by nothing that was done on these pages. */
  ended: boolean
  offers: Offers
  /** Reads anew who is signed in and what they may do: call it after whatever may change either. */
  refresh(): Promise<void>
  /** Reads anew who is signed in, since the API says that nobody is any more. */
  sessionEnded(): void
  signOut(): Promise<void>
}

const SessionContext = createContext<SessionState | null>(null)

/** Who is in front of the page. */
export function useSession(): SessionState {
  const state = use(SessionContext)
  if (!state) throw new TypeError('useSession() belongs below <SessionProvider>')
  return state
}

/**
 * Whether the schema has this for the viewer's roles: `useOffered('Mutation.shareDocument')`. What it has not is not to be
 * shown. True says that a role may, not that this viewer may with every object: the server decides that.
 */
export function useOffered(coordinate: string): boolean {
  return useSession().offers.has(coordinate)
}

/** Other tabs of this browser are told that the cookie is another one. */
const channel = new BroadcastChannel('gatehouse-session')

interface Known {
  session: Session | null
  ended: boolean
  offers: Offers
  /** The same for the same. */
  key: string
}

export function SessionProvider({
  children,
  pending,
}: {
  children: ReactNode
  pending: (problem: Problem | null, retry: () => void) => ReactNode
}) {
  const [known, setKnown] = useState<Known | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [prove, setProve] = useState<((proved: boolean) => void) | null>(null)
  const reading = useRef<Promise<Problem | null> | null>(null)
  const proving = useRef<Promise<boolean> | null>(null)
  const userId = useRef<string | null>(null)
  const tell = useStatus()

  const api = useMemo(
    () =>
      createApi({
        sessionEnded: () => void refresh.current(),
        askForProof: () => {
          // However many operations want a proof at once, the person is asked once.
          proving.current ??= new Promise<boolean>((resolve) => setProve(() => resolve)).finally(() => {
            proving.current = null
            setProve(null)
          })
          return proving.current
        },
      }),
    [],
  )

  /**
   * Gives what went wrong.
   *
   * @param expected - whether something was done here that may have ended the session
   */
  const read = useCallback(
    async (expected = false): Promise<Problem | null> => {
      try {
        const next = await readKnown(api)
        const user = next.session?.user.id ?? null
        // What was read for one person is not shown to the next.
        if (user !== null && userId.current !== null && user !== userId.current) {
          location.reload()
          return null
        }
        if (user !== userId.current) await api.clearStore()
        userId.current = user
        // The same object as long as nothing changed: pages do not begin anew because somebody looked at another window.
        setKnown((before) => {
          const was = before !== null && (before.session !== null || before.ended)
          const ended = next.session === null && was && !expected
          return before?.key === next.key && before.ended === ended ? before : { ...next, ended }
        })
        setProblem(null)
        return null
      } catch (error) {
        const found = problemOf(error)
        setProblem(found)
        return found
      }
    },
    [api],
  )

  const refresh = useRef(read)
  refresh.current = useCallback(
    (expected?: boolean) => {
      reading.current ??= read(expected).finally(() => {
        reading.current = null
      })
      return reading.current
    },
    [read],
  )

  // Nobody can prove who they are in a session that is over.
  useEffect(() => {
    if (known?.session === null) prove?.(false)
  }, [known, prove])

  useEffect(() => {
    const again = () => void refresh.current()
    const onFocus = () => document.visibilityState === 'visible' && again()
    again()
    channel.addEventListener('message', again)
    document.addEventListener('visibilitychange', onFocus)
    window.addEventListener('focus', onFocus)
    return () => {
      channel.removeEventListener('message', again)
      document.removeEventListener('visibilitychange', onFocus)
      window.removeEventListener('focus', onFocus)
    }
  }, [])

  const state = useMemo(() => {
    const changed = async () => {
      // One that is under way may have been asked with the cookie before.
      await reading.current
      const found = await refresh.current(true)
      // What was done is done, and the page does not show it.
      if (found) tell(found.message)
      channel.postMessage('changed')
    }
    const signOut = async () => {
      await api.mutate({ mutation: LogoutDocument })
      await changed()
    }
    const sessionEnded = () => void refresh.current()
    return known && { ...known, refresh: changed, sessionEnded, signOut }
  }, [api, known, tell])

  if (!state) return pending(problem, () => void refresh.current())
  return (
    <ApolloProvider client={api}>
      <SessionContext value={state}>
        {children}
        {prove && state.session && <Reauthentication onDone={prove} />}
      </SessionContext>
    </ApolloProvider>
  )
}

async function readKnown(api: ApolloClient): Promise<Omit<Known, 'ended'>> {
  const fetchPolicy = 'no-cache'
  const context = { headers: { 'x-introspection': 'by-role' } }
  const [{ data }, offered] = await Promise.all([
    api.query({ query: CurrentSessionDocument, fetchPolicy }),
    // Where the server does not tell its schema, it answers with a refusal. Whatever else went wrong tells nothing of it.
    api.query({ query: OfferedDocument, fetchPolicy, context }).then(
      (answer) => answer.data ?? null,
      (error: unknown) => {
        if (hasCode(error, 'FORBIDDEN') || hasCode(error, 'UNAUTHENTICATED')) return null
        throw error
      },
    ),
  ])
  const session = data?.session ?? null
  return { session, offers: offered ? offersOf(offered) : everything, key: JSON.stringify([session, offered]) }
}
