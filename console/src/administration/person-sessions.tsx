import { useRef, useState } from 'react'
import { EndSessionDocument, type PersonQuery } from '../__generated__/person.ts'
import { describeMethods } from '../account/describe-methods.ts'
import { describeUserAgent } from '../account/describe-user-agent.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/dialog.tsx'
import { IpAddress } from '../components/ip-address.tsx'
import { Empty, Section } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { type Column, Table } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { useOffered, useSession } from '../session/session.tsx'

type Session = NonNullable<NonNullable<PersonQuery['user']>['sessions']>[number]

/** Where somebody is signed in, and ending it. */
export function PersonSessions({ sessions, onChanged }: { sessions: readonly Session[]; onChanged(): void }) {
  const { refresh } = useSession()
  const tell = useStatus()
  const end = useAction(EndSessionDocument)
  const offersEnding = useOffered('Mutation.revokeSession')
  const [ending, setEnding] = useState<Session | null>(null)
  const start = useRef<HTMLParagraphElement>(null)
  const close = () => {
    end.reset()
    setEnding(null)
  }
  const endIt = async (session: Session) => {
    if (!(await end.run({ id: session.id }))) return
    close()
    tell(`${nameOf(session)} is ended`)
    if (session.current) return refresh()
    start.current?.focus()
    onChanged()
  }
  const actions: Column<Session> = {
    heading: 'Actions',
    actions: true,
    cell: (session) => (
      <Button look="danger" aria-label={`End: ${nameOf(session)}`} onPress={() => setEnding(session)}>
        End
      </Button>
    ),
  }
  return (
    <Section title="Devices and tokens">
      <p ref={start} tabIndex={-1} className="muted">
        Where they are signed in, and the programs that act for them.
      </p>
      {sessions.length === 0 ? (
        <Empty>They are signed in nowhere.</Empty>
      ) : (
        <Table
          label="Devices and tokens"
          columns={offersEnding ? [...sessionColumns, actions] : sessionColumns}
          rows={sessions}
          keyOf={({ id }) => id}
        />
      )}
      {ending && (
        <ConfirmDialog
          title={ending.kind === 'API_TOKEN' ? 'End this token?' : 'Sign this device out?'}
          confirm="End it"
          action={end}
          onClose={close}
          onConfirm={() => void endIt(ending)}
        >
          <p>{nameOf(ending)}: whoever uses it is refused from then on.</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}

const sessionColumns: readonly Column<Session>[] = [
  {
    heading: 'What',
    cell: (session) => (
      <>
        <span title={session.userAgent ?? undefined}>{nameOf(session)}</span>{' '}
        {session.current && <span className="badge accent">This one</span>}
      </>
    ),
  },
  { heading: 'Signed in by', cell: ({ methods }) => describeMethods(methods) },
  { heading: 'Address', cell: ({ ipAddress }) => ipAddress && <IpAddress address={ipAddress} /> },
  { heading: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
]

function nameOf({ kind, name, userAgent }: Session): string {
  return kind === 'API_TOKEN' ? `Token ${name ?? ''}` : describeUserAgent(userAgent)
}
