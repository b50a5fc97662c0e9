import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import {
  MySessionsDocument,
  type MySessionsQuery,
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
} from '../__generated__/devices.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/dialog.tsx'
import { IpAddress } from '../components/ip-address.tsx'
import { Empty, Section } from '../components/page.tsx'
import { Result } from '../components/result.tsx'
import { useStatus } from '../components/status.tsx'
import { type Column, Table } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { useOffered, useSession } from '../session/session.tsx'
import { AccountFrame } from './account-frame.tsx'
import { describeMethods } from './describe-methods.ts'
import { describeUserAgent } from './describe-user-agent.ts'
import { NewApiToken } from './new-api-token.tsx'

type Session = NonNullable<NonNullable<MySessionsQuery['me']>['sessions']>[number]

export default function DevicesPage() {
  const query = useQuery(MySessionsDocument)
  const revoke = useAction(RevokeSessionDocument)
  const { refresh } = useSession()
  const tell = useStatus()
  const [ending, setEnding] = useState<Session | 'others' | null>(null)
  const [making, setMaking] = useState(false)
  const offersTokens = useOffered('Mutation.createApiToken')
  const revokeOthers = useAction(RevokeOtherSessionsDocument)
  const close = () => {
    revoke.reset()
    revokeOthers.reset()
    setEnding(null)
  }
  const changed = () => void query.refetch()

  const endOne = async (session: Session) => {
    if (!(await revoke.run({ id: session.id }))) return
    close()
    tell(session.kind === 'API_TOKEN' ? 'The token is revoked' : 'The device is signed out')
    if (session.current) await refresh()
    else changed()
  }
  const endOthers = async () => {
    const data = await revokeOthers.run({})
    if (!data) return
    close()
    tell(`${data.revokeOtherSessions ?? 0} ended; you are signed in here alone`)
    changed()
  }
  return (
    <AccountFrame title="Devices and tokens">
      <Result of={query}>
        {({ me }) => {
          const sessions = me?.sessions ?? []
          const tokens = sessions.filter(({ kind }) => kind === 'API_TOKEN')
          return (
            <>
              <Section
                title="Devices"
                actions={
                  <Button look="danger" isDisabled={sessions.length < 2} onPress={() => setEnding('others')}>
                    Sign out everywhere else
                  </Button>
                }
              >
                <Table
                  label="Devices"
                  rows={sessions.filter(({ kind }) => kind === 'BROWSER')}
                  keyOf={({ id }) => id}
                  columns={[...deviceColumns, endingColumn('Sign out', setEnding)]}
                />
              </Section>
              <Section
                title="API tokens"
                actions={offersTokens && <Button onPress={() => setMaking(true)}>New token</Button>}
              >
                <p className="muted">A program sends a token with each request, and acts as you within its scopes.</p>
                {tokens.length === 0 ? (
                  <Empty>You have no API token.</Empty>
                ) : (
                  <Table
                    label="API tokens"
                    rows={tokens}
                    keyOf={({ id }) => id}
                    columns={[...tokenColumns, endingColumn('Revoke', setEnding)]}
                  />
                )}
              </Section>
              {making && (
                <NewApiToken permissions={me?.permissions ?? []} onClose={() => setMaking(false)} onMade={changed} />
              )}
            </>
          )
        }}
      </Result>
      {ending === 'others' && (
        <ConfirmDialog
          title="Sign out everywhere else?"
          confirm="Sign out everywhere else"
          action={revokeOthers}
          onClose={close}
          onConfirm={endOthers}
        >
          <p>Every other browser is signed out at once, and every API token ends too.</p>
        </ConfirmDialog>
      )}
      {ending !== null && ending !== 'others' && (
        <ConfirmDialog
          title={ending.kind === 'API_TOKEN' ? `Revoke ${ending.name}?` : 'Sign this device out?'}
          confirm={ending.kind === 'API_TOKEN' ? 'Revoke the token' : 'Sign it out'}
          action={revoke}
          onClose={close}
          onConfirm={() => void endOne(ending)}
        >
          <p>
            {ending.kind === 'API_TOKEN'
              ? 'Programs that use it are refused from then on.'
              : ending.current
                ? 'It is the one in front of you.'
                : `${describeUserAgent(ending.userAgent)}, last used from ${ending.ipAddress ?? 'nowhere known'}.`}
          </p>
        </ConfirmDialog>
      )}
    </AccountFrame>
  )
}

const lastUsed: Column<Session> = { heading: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> }

const deviceColumns: readonly Column<Session>[] = [
  {
    heading: 'Device',
    cell: ({ userAgent, current }) => (
      <>
        <span title={userAgent ?? undefined}>{describeUserAgent(userAgent)}</span>{' '}
        {current && <span className="badge accent">This one</span>}
      </>
    ),
  },
  { heading: 'Signed in by', cell: ({ methods }) => describeMethods(methods) },
  { heading: 'Address', cell: ({ ipAddress }) => ipAddress && <IpAddress address={ipAddress} /> },
  lastUsed,
]

const tokenColumns: readonly Column<Session>[] = [
  { heading: 'Name', cell: ({ name }) => name },
  {
    heading: 'Scopes',
    cell: ({ permissions }) => (permissions === null ? 'all of yours' : permissions.join(', ') || 'none'),
  },
  lastUsed,
  { heading: 'Ends', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
]

function endingColumn(label: string, onPress: (session: Session) => void): Column<Session> {
  return {
    heading: 'Actions',
    actions: true,
    cell: (session) => (
      <Button
        look="danger"
        aria-label={`${label}: ${session.name ?? describeUserAgent(session.userAgent)}`}
        onPress={() => onPress(session)}
      >
        {label}
      </Button>
    ),
  }
}
