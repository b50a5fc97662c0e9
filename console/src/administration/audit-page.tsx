import { useQuery } from '@apollo/client/react'
import { Link, useSearchParams } from 'react-router'
import { type AuditAction, AuditLogDocument, type AuditLogQuery } from '../__generated__/audit-log.ts'
import { describeUserAgent } from '../account/describe-user-agent.ts'
import { Button, ButtonLink } from '../components/button.tsx'
import { untold } from '../components/choice-field.tsx'
import { Field } from '../components/field.tsx'
import { Form } from '../components/form.tsx'
import { IpAddress } from '../components/ip-address.tsx'
import { Empty, PageHeading } from '../components/page.tsx'
import { Pager, usePaging } from '../components/pager.tsx'
import { Result } from '../components/result.tsx'
import { type Column, Table } from '../components/table.tsx'
import { Time } from '../components/time.tsx'
import { enumNameOf, wordsOf } from '../components/words.ts'
import { useSession } from '../session/session.tsx'
import './administration.css'

type Event = NonNullable<NonNullable<AuditLogQuery['auditEvents']>['edges'][number]['node']>

/** What is asked for stands in the address: others lead here by it, and it can be kept. */
export default function AuditPage() {
  const [parameters, setParameters] = useSearchParams()
  return (
    <>
      <PageHeading title="Audit log" />
      <Events key={parameters.toString()} parameters={parameters} onFilter={setParameters} />
    </>
  )
}

interface Props {
  parameters: URLSearchParams
  onFilter(parameters: URLSearchParams): void
}

function Events({ parameters, onFilter }: Props) {
  const paging = usePaging()
  const actions = parameters.getAll('action') as AuditAction[]
  const filter = {
    ...(actions.length > 0 && { actions }),
    actorId: parameters.get('actor'),
    subjectId: parameters.get('subject'),
    from: instantOf(parameters.get('from')),
    until: instantOf(parameters.get('until')),
  }
  const query = useQuery(AuditLogDocument, { variables: { first: 20, after: paging.after, filter } })
  return (
    <>
      <Filters parameters={parameters} onFilter={onFilter} />
      <Result of={query}>
        {({ auditEvents }) => {
          const rows = auditEvents?.edges.flatMap(({ node }) => node ?? []) ?? []
          if (!auditEvents || rows.length === 0)
            return <Empty>Nothing like this happened, or it is longer ago than the log is kept.</Empty>
          return (
            <div className="card">
              <Table label="What happened" columns={columns} rows={rows} keyOf={({ id }) => id} />
              <Pager
                paging={paging}
                pageInfo={auditEvents.pageInfo}
                summary={auditEvents.totalCount === 1 ? '1 event' : `${auditEvents.totalCount} events`}
              />
            </div>
          )
        }}
      </Result>
    </>
  )
}

function Filters({ parameters, onFilter }: Props) {
  const { offers } = useSession()
  const actions = offers.valuesOf('AuditAction')
  const chosen = parameters.getAll('action')
  const submit = (values: Record<string, string>, form: HTMLFormElement) => {
    const next = new URLSearchParams()
    // Of several boxes that are ticked, values hold the last alone; what is typed can name several.
    const named = new FormData(form).getAll('action').flatMap((action) => String(action).split(','))
    for (const action of named.map(enumNameOf)) if (action) next.append('action', action)
    for (const name of ['actor', 'subject', 'from', 'until']) {
      const value = values[name]?.trim()
      if (value) next.set(name, value)
    }
    onFilter(next)
  }
  return (
    <Form className="form card" label="Filter" onSubmit={submit}>
      {actions.length > 0 && (
        <details className="actions-filter">
          <summary>What happened: {chosen.length === 0 ? 'anything' : chosen.map(wordsOf).join(', ')}</summary>
          <fieldset>
            <legend className="visually-hidden">What happened</legend>
            {actions.map(({ name, description }) => (
              <label key={name} title={description}>
                <input type="checkbox" name="action" value={name} defaultChecked={chosen.includes(name)} />
                {wordsOf(name)}
              </label>
            ))}
          </fieldset>
        </details>
      )}
      {!offers.told && (
        <Field
          label="What happened"
          name="action"
          hint={`${untold} Commas stand between several; an event below leads to others of its kind.`}
          defaultValue={chosen.map(wordsOf).join(', ')}
          autoComplete="off"
        />
      )}
      <div className="filter-fields">
        <Field label="From" name="from" type="datetime-local" defaultValue={parameters.get('from') ?? ''} />
        <Field label="Until" name="until" type="datetime-local" defaultValue={parameters.get('until') ?? ''} />
        <Field label="Done by" name="actor" defaultValue={parameters.get('actor') ?? ''} placeholder="A person’s id" />
        <Field
          label="Done to"
          name="subject"
          defaultValue={parameters.get('subject') ?? ''}
          placeholder="An id of anything"
        />
      </div>
      <p className="hint">
        What stands below are links: to all of the same kind, by the same person, or to the same thing.
      </p>
      <div className="buttons">
        <Button type="submit" look="primary">
          Show
        </Button>
        {parameters.size > 0 && <ButtonLink to="/administration/audit">Show everything</ButtonLink>}
      </div>
    </Form>
  )
}

const columns: readonly Column<Event>[] = [
  {
    heading: 'What',
    cell: ({ action }) => <Link to={`/administration/audit?action=${action}`}>{wordsOf(action)}</Link>,
  },
  { heading: 'When', cell: ({ occurredAt }) => <Time at={occurredAt} /> },
  {
    heading: 'Who',
    cell: ({ actor, actorId }) =>
      actorId === null ? (
        'nobody signed in'
      ) : (
        <Link to={`/administration/audit?actor=${actorId}`}>{actor?.name ?? 'an account that is gone'}</Link>
      ),
  },
  {
    heading: 'To what',
    cell: ({ subjectId, subjectType }) =>
      subjectId && (
        <Link to={`/administration/audit?subject=${subjectId}`}>{nameOfSubject(subjectType, subjectId)}</Link>
      ),
  },
  { heading: 'Detail', cell: ({ detail }) => detail },
  {
    heading: 'From where',
    cell: ({ ipAddress, userAgent }) =>
      ipAddress || userAgent ? (
        <>
          {ipAddress && <IpAddress address={ipAddress} />}{' '}
          {userAgent && (
            <span className="muted" title={userAgent}>
              {describeUserAgent(userAgent)}
            </span>
          )}
        </>
      ) : null,
  },
]

/** The end of an id is what tells it from others of the same time; no line begins with it. */
function nameOfSubject(type: string | null, id: string): string {
  return `${type ?? 'Object'} …\u2060${id.slice(-6)}`
}

/** What a browser's field for a time holds is the time of the place where one is. */
function instantOf(local: string | null): string | null {
  const time = local ? Date.parse(local) : Number.NaN
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}
