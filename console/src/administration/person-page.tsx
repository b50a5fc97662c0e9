import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import {
  PersonDocument,
  type PersonQuery,
  ReinstateUserDocument,
  SuspendUserDocument,
} from '../__generated__/person.ts'
import { problemOf } from '../api/problem.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/dialog.tsx'
import { Notice, ProblemNotice } from '../components/notice.tsx'
import { Loading, PageHeading, Section } from '../components/page.tsx'
import { useStatus } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { useOffered, useSession } from '../session/session.tsx'
import { PersonRoles } from './person-roles.tsx'
import { PersonSessions } from './person-sessions.tsx'

type Person = NonNullable<PersonQuery['user']>

export default function PersonPage() {
  const { id = '' } = useParams()
  const query = useQuery(PersonDocument, { variables: { id }, errorPolicy: 'all' })
  const person = query.data?.user
  if (!person && !query.error) return <Loading />
  if (!person)
    return (
      <>
        <PageHeading title="Person" />
        {query.error && (
          <ProblemNotice problem={problemOf(query.error)} onRetry={() => void query.refetch().catch(() => {})} />
        )}
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
      <PersonRoles person={person} isViewer={isViewer} />
      {person.sessions && <PersonSessions sessions={person.sessions} onChanged={onChanged} />}
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
