import { useQuery } from '@apollo/client/react'
import { useRef, useState } from 'react'
import { Link, useParams } from 'react-router'
import {
  AssignRoleDocument,
  EndSessionDocument,
  PersonDocument,
  type PersonQuery,
  ReinstateUserDocument,
  type Role,
  SuspendUserDocument,
  WithdrawRoleDocument,
} from '../__generated__/person.ts'
import { describeUserAgent } from '../account/describe-user-agent.ts'
import { problemOf } from '../api/problem.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/dialog.tsx'
import { SelectField } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { Notice, ProblemNotice } from '../components/notice.tsx'
import { Empty, Loading, PageHeading, Section } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { type Column, Table } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { useOffered, useSession } from '../session/session.tsx'
import { wordsOf } from './words.ts'

type Person = NonNullable<PersonQuery['user']>
type Session = NonNullable<Person['sessions']>[number]

export default function PersonPage() {
  const { id = '' } = useParams()
  const query = useQuery(PersonDocument, { variables: { id }, errorPolicy: 'all' })
  const person = query.data?.user
  if (!person && !query.error) return <Loading />
  if (!person)
    return (
      <>
        <PageHeading title="Person" />
        {query.error && <ProblemNotice problem={problemOf(query.error)} />}
        <Link to="/administration/people">Go to the people</Link>
      </>
    )
  return <PersonView key={id} person={person} onChanged={() => void query.refetch()} />
}

function PersonView({ person, onChanged }: { person: Person; onChanged(): void }) {
  const { session } = useSession()
  const offersLog = useOffered('Query.auditEvents')
  const isViewer = session?.user.id === person.id
  return (
    <>
      <PageHeading title={person.name}>
        <Suspension person={person} onChanged={onChanged} />
      </PageHeading>
      {person.suspended && (
        <Notice kind="warning">
          <p>This account is suspended: nobody can sign in to it until it is reinstated.</p>
        </Notice>
      )}
      <Section title="Account">
        <dl className="facts">
          <dt>Address</dt>
          <dd className="row">
            {person.email ?? '–'}{' '}
            <span className={person.emailVerified ? 'badge success' : 'badge'}>
              {person.emailVerified ? 'Confirmed' : 'Not confirmed'}
            </span>
          </dd>
          <dt>Since</dt>
          <dd>
            <Time at={person.createdAt} />
          </dd>
          {offersLog && (
            <>
              <dt>Audit log</dt>
              <dd className="row">
                <Link to={`/administration/audit?actor=${person.id}`}>What they did</Link>
                <Link to={`/administration/audit?subject=${person.id}`}>What was done to the account</Link>
              </dd>
            </>
          )}
        </dl>
      </Section>
      <Roles person={person} isViewer={isViewer} />
      {person.sessions && <Sessions sessions={person.sessions} onChanged={onChanged} />}
    </>
  )
}

function Suspension({ person, onChanged }: { person: Person; onChanged(): void }) {
  const tell = useStatus()
  const suspend = useAction(SuspendUserDocument)
  const reinstate = useAction(ReinstateUserDocument)
  const offers = {
    suspend: useOffered('Mutation.suspendUser') && person.suspended === false,
    reinstate: useOffered('Mutation.reinstateUser') && person.suspended === true,
  }
  const [asking, setAsking] = useState(false)
  const close = () => {
    suspend.reset()
    setAsking(false)
  }
  const suspendIt = async () => {
    if (!(await suspend.run({ userId: person.id }))) return
    close()
    tell(`${person.name} is suspended, and signed out everywhere`)
    onChanged()
  }
  const reinstateIt = async () => {
    if (!(await reinstate.run({ userId: person.id }))) return
    tell(`${person.name} can sign in again`)
    onChanged()
  }
  return (
    <>
      {offers.suspend && (
        <Button look="danger" onPress={() => setAsking(true)}>
          Suspend
        </Button>
      )}
      {offers.reinstate && (
        <Button look="primary" busy={reinstate.busy} onPress={() => void reinstateIt()}>
          Reinstate
        </Button>
      )}
      {reinstate.problem && <ProblemNotice problem={reinstate.problem} />}
      {asking && (
        <ConfirmDialog
          title={`Suspend ${person.name}?`}
          confirm="Suspend the account"
          action={suspend}
          onClose={close}
          onConfirm={() => void suspendIt()}
        >
          <p>
            They are signed out everywhere at once, their API tokens end, and they cannot sign in until you reinstate
            them.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}

function Roles({ person, isViewer }: { person: Person; isViewer: boolean }) {
  const { offers, refresh } = useSession()
  const tell = useStatus()
  const assign = useAction(AssignRoleDocument)
  const withdraw = useAction(WithdrawRoleDocument)
  const offersAssigning = useOffered('Mutation.assignRole')
  const offersWithdrawing = useOffered('Mutation.withdrawRole')
  const [withdrawing, setWithdrawing] = useState<Role | null>(null)
  const roles = person.roles ?? []
  const known = offers.valuesOf('Role')
  const free = known.filter(({ name }) => !roles.some((role) => role === name))
  const close = () => {
    withdraw.reset()
    setWithdrawing(null)
  }
  // What one is offered follows from one's own roles.
  const changed = async (text: string) => {
    tell(text)
    if (isViewer) await refresh()
  }
  const assignIt = async (role: Role) => {
    if (await assign.run({ userId: person.id, role })) await changed(`${person.name} has the role ${wordsOf(role)} now`)
  }
  const withdrawIt = async (role: Role) => {
    if (!(await withdraw.run({ userId: person.id, role }))) return
    close()
    await changed(`${person.name} has the role ${wordsOf(role)} no more`)
  }
  const columns: Column<Role>[] = [
    { heading: 'Role', cell: wordsOf },
    { heading: 'What it is', cell: (role) => known.find(({ name }) => name === role)?.description ?? '' },
  ]
  const actions: Column<Role> = {
    heading: 'Actions',
    actions: true,
    cell: (role) => (
      <Button look="danger" aria-label={`Withdraw the role ${wordsOf(role)}`} onPress={() => setWithdrawing(role)}>
        Withdraw
      </Button>
    ),
  }
  return (
    <Section title="Roles">
      {roles.length === 0 ? (
        <Empty>No role: this account may do nothing.</Empty>
      ) : (
        <Table
          label="Roles"
          columns={offersWithdrawing ? [...columns, actions] : columns}
          rows={roles}
          keyOf={(role) => role}
        />
      )}
      {offersAssigning && free.length > 0 && (
        <Form
          className="form inline"
          label="Assign a role"
          problem={assign.problem}
          onSubmit={({ role }) => assignIt(role as Role)}
        >
          <SelectField
            label="Another role"
            name="role"
            options={free.map(({ name }) => ({ value: name, label: wordsOf(name) }))}
          />
          <Button type="submit" busy={assign.busy}>
            Assign
          </Button>
        </Form>
      )}
      {withdrawing && (
        <ConfirmDialog
          title={`Withdraw the role ${wordsOf(withdrawing)}?`}
          confirm="Withdraw the role"
          action={withdraw}
          onClose={close}
          onConfirm={() => void withdrawIt(withdrawing)}
        >
          <p>
            {isViewer
              ? 'It is your own: what it allows is not for you from then on.'
              : `What it allows is not for ${person.name} from their next request on.`}
          </p>
        </ConfirmDialog>
      )}
    </Section>
  )
}

function Sessions({ sessions, onChanged }: { sessions: readonly Session[]; onChanged(): void }) {
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
  { heading: 'Signed in by', cell: ({ methods }) => methods.map(wordsOf).join(', ') || '–' },
  { heading: 'Address', cell: ({ ipAddress }) => ipAddress ?? '–' },
  { heading: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
]

function nameOf({ kind, name, userAgent }: Session): string {
  return kind === 'API_TOKEN' ? `Token ${name ?? ''}` : describeUserAgent(userAgent)
}
